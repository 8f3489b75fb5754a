//! The ports: small traits behind which all I/O lives. `live` and `twin` implement them.
