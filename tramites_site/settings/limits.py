"""Limits and lifetimes. What concerns a DNI, NIE or phone number is counted by blind index."""

from datetime import timedelta

from tramites_site.settings.environment import env

TRIES_PER_VALIDATION = env.int("TRIES_PER_VALIDATION", default=5)
TRIES_PER_IDENTITY_PER_DAY = env.int("TRIES_PER_IDENTITY_PER_DAY", default=10)
SENDS_PER_VALIDATION = env.int("SENDS_PER_VALIDATION", default=3)
SENDS_PER_IDENTITY_PER_HOUR = env.int("SENDS_PER_IDENTITY_PER_HOUR", default=5)
RESEND_AFTER_SECONDS = env.int("RESEND_AFTER_SECONDS", default=60)
ACCESS_LIFETIME = timedelta(hours=env.float("ACCESS_LIFETIME_HOURS", default=24))
VALIDATION_LIFETIME = timedelta(minutes=env.float("VALIDATION_LIFETIME_MINUTES", default=30))
PIN_LIFETIME = timedelta(minutes=env.float("PIN_LIFETIME_MINUTES", default=10))
VERIFIED_LIFETIME = timedelta(minutes=env.float("VERIFIED_LIFETIME_MINUTES", default=2))
RESULT_LIFETIME = timedelta(minutes=env.float("RESULT_LIFETIME_MINUTES", default=15))
SHARE_LINK_LIFETIME = timedelta(hours=env.float("SHARE_LINK_LIFETIME_HOURS", default=24))
RUN_DEADLINE = timedelta(minutes=env.float("RUN_DEADLINE_MINUTES", default=15))
LEASE_SECONDS = env.int("LEASE_SECONDS", default=60)
SLOTS_PER_ENTITY = env.int("SLOTS_PER_ENTITY", default=2)
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=15 * 1024 * 1024)
DOCUMENTS_PER_DEVICE = env.int("DOCUMENTS_PER_DEVICE", default=500)
USERS_PER_DEVICE = 20
QUESTIONS_PER_ADDRESS_PER_HOUR = env.int("QUESTIONS_PER_ADDRESS_PER_HOUR", default=5)
QUESTIONS_PER_EMAIL_PER_DAY = env.int("QUESTIONS_PER_EMAIL_PER_DAY", default=3)
QUESTIONS_KEPT_DAYS = env.int("QUESTIONS_KEPT_DAYS", default=365)
QUESTION_SECONDS = env.int("QUESTION_SECONDS", default=3)
LOOKUPS_PER_STAFF_PER_HOUR = env.int("LOOKUPS_PER_STAFF_PER_HOUR", default=120)
WORKER_THREADS = env.int("WORKER_THREADS", default=8)
WAIT_IN_REQUEST_SECONDS = env.float("WAIT_IN_REQUEST_SECONDS", default=1.5)
CATALOGUE_SEEN_SECONDS = env.float("CATALOGUE_SEEN_SECONDS", default=1)
