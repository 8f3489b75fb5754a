//! Codes of `migrate` (area M).

use super::{ErrorKind, Kind, Severity, codes};

codes! {
    // SG-M001…SG-M049: names (`migrate::naming`).
    /// `naming.yaml` is not the YAML that it should be.
    NAMING_MALFORMED = "SG-M001", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: {what}",
        next: "correct naming.yaml there and run the same command again; `segue help SG-M001` shows its form",
        help: "naming.yaml has four keys, all optional. `pins` maps an ARN or a name to `environment` and `service`; `aliases` maps a word to the environment that it means (`stg: stag`); `notEnvironment` lists names that start with an environment word and mean none (`live-chat`); `ignore` lists ARNs or names to leave out. The message names the line that does not fit.";
    /// `naming.yaml` has a key that Segue does not know.
    NAMING_UNKNOWN_KEY = "SG-M002", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: `{key}` is not a key here; known are {known}",
        next: "correct or remove `{key}` and run the same command again",
        help: "A key that is misspelt would be a correction that silently does nothing, so it stops the command. Known at the top are pins, aliases, notEnvironment and ignore; in a pin, environment and service.";
    /// One object is pinned to two values.
    NAMING_PIN_TWICE = "SG-M003", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: `{pin}` is set to {first} and to {second}",
        next: "keep one of the two values of `{pin}` and run the same command again",
        help: "Pins win over everything that is inferred, so two pins of one object with different values cannot both be obeyed. It can be the same key twice, or an ARN and a name that mean the same object.";
    /// Aliases point at each other in a circle.
    NAMING_ALIAS_CYCLE = "SG-M004", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: the aliases {cycle} lead in a circle",
        next: "let the alias `{word}` point at the environment that you mean and run the same command again",
        help: "An alias leads from a word of the estate to the canonical word of an environment. A circle leads nowhere.";
    /// An alias points at a word that is no environment.
    NAMING_ALIAS_UNKNOWN = "SG-M005", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: the alias `{word}` points at `{target}`, which no name, pin or convention knows as an environment",
        next: "write {suggestion} instead of `{target}`, or pin an object to the environment `{target}`, and run the same command again",
        help: "The right side of an alias is the canonical word of an environment: one of the usual words (dev, stag, prod, test, qa, uat, sandbox), an environment that a pin names, or a word that stands in a name of the estate.";
    /// A pin's value cannot be a name.
    NAMING_BAD_VALUE = "SG-M006", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: `{value}` cannot be the name of {what}",
        next: "use lower-case letters, digits and single hyphens, at most 40, a letter first, and run the same command again",
        help: "Environments and services become names of namespaces, workloads and folders, so they must match ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ and have at most 40 characters.";
    /// A word is alias and not-environment at once, or pinned and ignored.
    NAMING_CONTRADICTION = "SG-M007", Kind::Error(ErrorKind::Config), "{place}:{line}:{column}: `{what}` stands under {first} and under {second}",
        next: "remove `{what}` from one of the two lists and run the same command again",
        help: "A word cannot mean an environment (aliases) and none (notEnvironment), and an object cannot be pinned and ignored at once.";
    /// A pin or an ignore entry matches no object of the snapshot.
    NAMING_PIN_UNUSED = "SG-M010", Kind::Finding(Severity::Medium), "naming.yaml has `{pin}` under {list}, but no object has that ARN or name",
        next: "remove `{pin}` from naming.yaml if the object is gone, or correct its spelling",
        help: "The entry does nothing. Either the object was deleted or renamed since, or the snapshot was taken without access to it, or the entry is misspelt.";
    /// The inference is unsure; a person must say.
    NAME_ASK = "SG-M011", Kind::Finding(Severity::High), "it is unsure what the {kind} `{name}` is: {first}, or {second}",
        next: "write a pin for `{name}` into naming.yaml: pins: \"{name}\" with environment and service",
        help: "The two best readings of the name are less than 0.10 apart. Segue goes on with the first one and shows it, but a person should say which is right before anything moves; a pin is asked for once and kept.";
    /// The inference took an answer by a small margin.
    NAME_LISTED = "SG-M012", Kind::Finding(Severity::Low), "the {kind} `{name}` is taken as {first}; {second} was {margin} behind",
        next: "nothing, if that is right; else pin `{name}` in naming.yaml",
        help: "The margin between the two best readings is between 0.10 and 0.25: enough to go on, not enough to stay silent about it.";
    /// A name differs from the habit of the estate.
    NAME_DEVIATES = "SG-M013", Kind::Finding(Severity::Low), "the {kind} `{name}` {how}",
        next: "nothing now: the new name is {canonical}",
        help: "Names that leave the estate's own pattern are where scripts, alarms and people go wrong. The generated names are canonical, so the fault ends with the migration; until then this is a note.";
    /// Nothing names the environment of an object.
    NAME_NO_ENVIRONMENT = "SG-M014", Kind::Finding(Severity::Low), "nothing says which environment the {kind} `{name}` belongs to: its overlay is `default`",
        next: "pin `{name}` in naming.yaml to its environment, or leave it",
        help: "Task definitions read from files rarely name an environment. The service is converted with one overlay called `default`; a pin gives it its real one.";
    /// Two objects are one service in one environment.
    NAME_SAME_TARGET = "SG-M020", Kind::Finding(Severity::High), "two objects of kind {kind} are both {target}: {ids}",
        next: "pin one of them to another service in naming.yaml, or put it under ignore: \"{id}\"",
        help: "Only one of them can become the workload of that name. Often one is a forgotten copy, sometimes it is a second service whose name says too little.";
    /// Two names become one in the canonical form.
    NAME_COLLAPSE = "SG-M021", Kind::Finding(Severity::High), "two names of kind {kind} become one when they are written as {target}: {ids}",
        next: "pin one of them to another service in naming.yaml: \"{id}\"",
        help: "The names differ only in separators or capital letters, which Kubernetes names cannot keep apart.";
    /// Two load balancer or target group names are equal after 32 characters.
    NAME_TRUNCATED = "SG-M022", Kind::Finding(Severity::Medium), "{names} are equal once they are cut to 32 characters: {name}",
        next: "pin one of the services to a shorter name in naming.yaml",
        help: "Load balancers and target groups have names of at most 32 characters, and the account has each name once. Two names that are equal there cannot both be made.";
    /// One host and path leads to two services.
    NAME_SAME_ROUTE = "SG-M023", Kind::Finding(Severity::High), "{route} on {balancer} leads to {targets}",
        next: "say which of {targets} should answer {route}, and remove the other rule",
        help: "Two rules of one load balancer have the same host and path, so only the one with the lower priority answers. After the migration the order of rules could differ; it must not decide by chance.";
    /// Two services have one Cloud Map name.
    NAME_SAME_CLOUD_MAP = "SG-M024", Kind::Finding(Severity::High), "{targets} have the same Cloud Map name {name}",
        next: "give each its own name in the new manifests: the environments must not find each other by accident",
        help: "Callers that look the name up get tasks of both. Between environments it is a leak: development traffic may reach production.";
    /// Two environments write to one log group.
    NAME_SHARED_LOG_GROUP = "SG-M025", Kind::Finding(Severity::Medium), "the log group {name} is written by several environments: {environments}",
        next: "nothing now: the new workloads log by namespace; correct the old task definition if it is a mistake",
        help: "Usually a task definition was copied and its log group forgotten. Alarms on the log group count the lines of both environments.";
    /// A string holds the word of another environment.
    WORD_FOREIGN = "SG-M030", Kind::Finding(Severity::High), "{place} of {service} in {env} says `{word}`, the word of {foreign}",
        next: "check whether {service} in {env} should really use something of {foreign}; correct it or waive the finding",
        help: "A production task that reads a secret or calls a host of the development environment, or the reverse, is the most expensive of copy-and-paste mistakes. The value is kept as it is; nothing is corrected silently.";
    /// A string holds a word that may be an environment.
    WORD_UNKNOWN = "SG-M031", Kind::Finding(Severity::Low), "{place} of {service} says `{word}`, which may name an environment",
        next: "nothing, if it does not; else add the word under aliases in naming.yaml",
        help: "The word is an ordinary word too (live, test, stage), or names an environment that the estate does not have.";
}
