"""Sentences of the documents that follow from how the software is built, not from the settings."""

from dataclasses import dataclass

from parvis.server.problems import T

MEASURES: tuple[T, ...] = (
    T("Images live in memory only; no program writes one to disk; core dumps are off."),
    T("Masks black out private areas before anything else sees the image."),
    T("No model of faces, gaits, voices or plates can be loaded: a model's classes are checked."),
    T("Running numbers of tracks mean nothing outside of one camera's run, and are not kept."),
    T("Every way out asks the policy gate: by role, space, purpose, recorded act and time."),
    T("Small cells are hidden from the public, and the totals that would give them away."),
    T("Accounts have roles, places and an end; passwords by Argon2, second factor, lock-out."),
    T("Looks, exports, verdicts, changes, stops and deletions stand in a signed journal."),
    T("Each kind of data is deleted when its time is over; every deletion is proven."),
    T("The system runs on the controller's machine; every connection out of it is configured."),
    T("One click stops a camera, a use or everything; every alert is judged by a person."),
)


@dataclass(frozen=True, slots=True)
class Risk:
    """A feared event of the assessment: what may bring it about, and what stands against it."""

    event: T
    threats: T
    against: T


RISKS: tuple[Risk, ...] = (
    Risk(
        T("Illegitimate access to data"),
        T("A stolen account, a curious agent, a flaw of the server, a stolen disk."),
        T(
            "Nothing kept names a person; roles, second factor, lock-out; looks ask a reason and "
            "are logged; the disk holds counts only."
        ),
    ),
    Risk(
        T("Unwanted change of data"),
        T("A forged count, a rule changed to hide or to harass, an altered journal."),
        T("Chained and signed journal; settings versioned with their hash; one recorder writes."),
    ),
    Risk(
        T("Disappearance of data"),
        T("A machine that breaks, a full disk, a camera that is lost."),
        T("Minutes wait on disk until they are recorded; gaps are told as gaps, never as zero."),
    ),
    Risk(
        T("Use for another end"),
        T("Images watched in set-up views; alerts used against a person; purposes that creep."),
        T(
            "Set-up views are blurred, short, reasoned and logged; no automatic act on a person; "
            "a new purpose needs a new version of this assessment."
        ),
    ),
)

DUTIES: tuple[T, ...] = (
    T("acts on the controller's documented instructions only;"),
    T("gives access to named people who are bound to secrecy;"),
    T("engages no other processor without the controller's written consent;"),
    T("copies no image, opens no set-up view without a reason, and takes no data off the machine;"),
    T("helps the controller to answer requests, to assess impacts and to notify breaches;"),
    T("keeps the software up to date and tells of any breach without delay;"),
    T("returns or deletes all data at the end, as the controller chooses;"),
    T("lets the controller, or whom it names, verify all this: the journal is the first proof."),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the self-assessment, the answer that follows from the settings, and why."""

    asks: T
    answer: T
    why: T


NO = T("No")
YES = T("Yes")
CONFIRM = T("A person confirms")

NEVER: tuple[Question, ...] = (
    Question(
        T("Is a person identified at a distance by biometric data (art. 5)?"),
        NO,
        T("No biometric data are made: boxes, followed for seconds, without appearance."),
    ),
    Question(
        T("Are people categorised by biometric data, or their emotions inferred (art. 5)?"),
        NO,
        T("Classes are persons, bikes and vehicles; a model with other classes is refused."),
    ),
    Question(
        T("Are people scored by their behaviour, or offences predicted of them (art. 5)?"),
        NO,
        T("No person is known again; what is told is how many, where, when and how fast."),
    ),
    Question(
        T("Are images of faces scraped to build a database (art. 5)?"),
        NO,
        T("No image is kept."),
    ),
    Question(
        T("Does the system decide about a person by itself?"),
        NO,
        T("No alert closes or acts without a person; nothing is joined with other files."),
    ),
)
