//! The C functions that have no safe wrapper: the crate's only unsafe code. Each takes plain values or a pointer to its
//! own local, keeps none, and may be called from any thread.
#![expect(unsafe_code, reason = "C functions without a safe wrapper")]

/// Bytes of a memory page.
#[cfg(target_os = "linux")]
pub(super) fn page_bytes() -> Option<u64> {
    // SAFETY: takes and returns a number.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok().filter(|bytes| *bytes > 0)
}

/// CPU time this process used so far, in ns: all threads, user and system. Some 0.3 µs.
pub(super) fn cpu_ns() -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` lives through the call and is all that is written.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) } == 0;
    done.then_some(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// What glibc's allocator holds. Walks the free lists of all arenas under their locks, each for some µs.
#[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "jemalloc"), not(feature = "mimalloc")))]
pub(super) fn mallinfo() -> libc::mallinfo2 {
    // SAFETY: takes nothing, returns a struct of numbers.
    unsafe { libc::mallinfo2() }
}

/// What mimalloc has committed, in bytes.
#[cfg(all(feature = "mimalloc", not(feature = "jemalloc")))]
pub(super) fn mimalloc_committed() -> Option<u64> {
    let mut committed = 0usize;
    let null = std::ptr::null_mut();
    // SAFETY: null pointers are skipped by mimalloc; `committed` lives through the call.
    unsafe { libmimalloc_sys::mi_process_info(null, null, null, null, null, &mut committed, null, null) };
    (committed > 0).then_some(committed as u64)
}
