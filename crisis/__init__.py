"""The Django project, and the crisis itself: the centre."""
