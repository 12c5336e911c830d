-- A log-in is kept in Django's own table of sessions: the web role may open, renew and end one.
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO cspu_web;
