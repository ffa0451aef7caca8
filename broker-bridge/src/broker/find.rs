//! Where a nats-server program may be.

use std::path::{Path, PathBuf};

const PROGRAM: &str = "nats-server";

/// The candidates in order: `$NATS_SERVER`, beside our own binary, the repository's `.tools/bin`, PATH.
pub(super) fn candidates(
    named: Option<&str>,
    own_binary: Option<&Path>,
    current_dir: Option<&Path>,
    path: Option<&str>,
) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = named.map(PathBuf::from).into_iter().collect();
    let own_dir = own_binary.and_then(Path::parent);
    found.extend(own_dir.map(|dir| dir.join(PROGRAM)));
    // target/release/broker-bridge stands two levels below the repository; a test binary three.
    let roots = own_dir.into_iter().chain(current_dir).flat_map(|dir| dir.ancestors().take(5));
    found.extend(roots.map(|root| root.join(".tools/bin").join(PROGRAM)));
    found.extend(path.into_iter().flat_map(std::env::split_paths).map(|dir| dir.join(PROGRAM)));
    found
}

/// The first candidate that is a file.
pub(super) fn nats_server() -> Option<PathBuf> {
    let named = std::env::var("NATS_SERVER").ok();
    let own = std::env::current_exe().ok();
    let current = std::env::current_dir().ok();
    let path = std::env::var("PATH").ok();
    candidates(named.as_deref(), own.as_deref(), current.as_deref(), path.as_deref())
        .into_iter()
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_program_comes_first_then_ours_then_the_repository_then_path() {
        let found = candidates(
            Some("/x/nats"),
            Some(Path::new("/repo/target/release/broker-bridge")),
            Some(Path::new("/home")),
            Some("/a:/b"),
        );
        let at = |path: &str| found.iter().position(|candidate| candidate == Path::new(path)).unwrap();
        assert_eq!(at("/x/nats"), 0);
        assert_eq!(at("/repo/target/release/nats-server"), 1);
        assert!(at("/repo/.tools/bin/nats-server") < at("/a/nats-server"));
        assert!(at("/a/nats-server") < at("/b/nats-server"));
    }
}
