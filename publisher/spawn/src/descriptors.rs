//! File descriptors: the parent holds a pipe and a handle of each child.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What one child takes: its lifeline, the handle that tells of its end, and one more while it starts.
const PER_CHILD: u64 = 3;
/// Standard streams, the runtime, one connection.
const OWN: u64 = 64;

/// Raises the soft limit as far as `count` children need and the hard limit allows.
pub(crate) fn make_room(count: u32) -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let Some(raised) = raised(limit, count)? else { return Ok(()) };
    // Refused only where the hard limit is lower than it says; starting a child then tells.
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "cannot raise the limit of open files: raise it with `ulimit -n`");
    }
    Ok(())
}

/// The limit to set; `None` where the present one is enough.
fn raised(limit: Rlimit, count: u32) -> anyhow::Result<Option<Rlimit>> {
    let needed = OWN + PER_CHILD * u64::from(count);
    // No number means no limit.
    if limit.current.is_none_or(|soft| soft >= needed) {
        return Ok(None);
    }
    match limit.maximum {
        Some(hard) if hard < needed => anyhow::bail!(
            "--count {count} needs {needed} open files, and this shell allows {hard}: raise it with `ulimit -n {needed}` \
             (as root, or in /etc/security/limits.conf), or start fewer"
        ),
        _ => Ok(Some(Rlimit { current: Some(needed), maximum: limit.maximum })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_rises_as_far_as_needed_and_the_hard_one_is_named() {
        let limit = |current, maximum| Rlimit { current, maximum };
        assert_eq!(raised(limit(Some(1024), Some(4096)), 5).unwrap(), None);
        assert_eq!(raised(limit(None, None), 10_000).unwrap(), None);
        let enough = Some(30_064);
        for hard in [Some(1_048_576), enough, None] {
            assert_eq!(raised(limit(Some(1024), hard), 10_000).unwrap(), Some(limit(enough, hard)));
        }
        let error = raised(limit(Some(1024), Some(4096)), 10_000).unwrap_err().to_string();
        assert!(error.contains("`ulimit -n 30064`") && error.contains("4096"), "{error}");
    }
}
