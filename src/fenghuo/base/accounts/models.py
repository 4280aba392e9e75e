"""People who work with Fenghuo."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class Person(AbstractBaseUser):
    """Someone who may sign in."""

    username = models.CharField(max_length=150, unique=True)
    USERNAME_FIELD = "username"
