"""The pages. Each blueprint serves one kind of people; what may be done, and what it means, the engine says."""

from flask import Flask

from engine.database import Database
from webapp import (
    accounts,
    analysis,
    auth,
    bulk,
    calendars,
    cases,
    codes,
    deadlines,
    directory,
    drafting,
    errors,
    escalations,
    failures,
    health,
    inbox,
    keeping,
    links,
    mapping,
    mine,
    naming,
    news,
    notices,
    numbering,
    oidc,
    operating,
    operations,
    pace,
    papers,
    reads,
    reasons,
    reporting,
    reversals,
    security,
    store,
    talking,
    tracking,
    watch,
    words,
)

PAGES = (
    inbox.bp, bulk.bp, talking.bp, cases.bp, deadlines.bp, escalations.bp, analysis.bp, operations.bp, failures.bp,
    keeping.bp,
    operating.bp, calendars.bp, codes.bp, links.bp, mine.bp, accounts.bp, directory.bp, mapping.bp, naming.bp,
    notices.bp, tracking.bp, papers.bp, reversals.bp, numbering.bp, reads.bp, drafting.bp, news.bp,
)  # fmt: skip


def create_app(
    database: Database,
    *,
    demo: bool = False,
    secret: str | None = None,
    hosts: tuple[str, ...] = security.LOOPBACK,
    metrics_token: str | None = None,
    provider: oidc.Provider | None = None,
    contact: str | None = None,
    commands: int | None = None,
) -> Flask:
    """The application on an opened data folder. `hosts` are the names under which browsers may reach it, the token is
    for monitoring from another machine, the provider the city's own sign-in, the contact for whoever finds a
    weakness, the commands how many an account may send in a minute."""
    app = Flask(__name__)
    app.config["DEMO"] = demo
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    store.attach(app, database)
    health.attach(app, database, metrics_token)
    watch.over(app)
    security.protect(app, secret or database.secret(), database.former_secrets(), hosts)
    reporting.attach(app, contact)
    auth.prepare(app)
    pace.attach(app, commands)
    oidc.attach(app, provider)
    words.teach(app)
    app.jinja_env.filters["reason"] = reasons.told
    app.jinja_env.globals["changed"] = deadlines.changed
    errors.handle(app)
    for page in PAGES:
        app.register_blueprint(page)
    return app
