"""Login: who a person is. What django-allauth leaves to the installation, and what goes into the trail."""
