def urls(site):
    return []
