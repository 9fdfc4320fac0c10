"""How much may be asked of Cl@ve: by whom, about whom, and from where."""
