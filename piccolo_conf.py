from returns_app.piccolo_conf import APP_REGISTRY, DB  # noqa: F401  (Piccolo finds this file by its name)
