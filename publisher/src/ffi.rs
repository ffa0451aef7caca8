//! The C functions that have no safe wrapper: the crate's only unsafe code. Each takes plain values or a pointer to its
//! own local, keeps none, and may be called from any thread; what runs inside a signal handler says so.
#![expect(unsafe_code, reason = "C functions without a safe wrapper")]

/// Bytes of a memory page.
#[cfg(target_os = "linux")]
pub(crate) fn page_bytes() -> Option<u64> {
    // SAFETY: takes and returns a number.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok().filter(|bytes| *bytes > 0)
}

/// A timer of the kernel's: readable after `first`, then every `every`, which gives the number of times as eight bytes.
#[cfg(target_os = "linux")]
pub(crate) fn kernel_timer(first: std::time::Duration, every: std::time::Duration) -> std::io::Result<std::fs::File> {
    use std::os::fd::FromRawFd;
    // SAFETY: takes and returns numbers.
    let fd = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_NONBLOCK | libc::TFD_CLOEXEC) };
    if fd < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: it was just made, and nobody else has it.
    let timer = unsafe { std::fs::File::from_raw_fd(fd) };
    let spec = |time: std::time::Duration| libc::timespec {
        tv_sec: time.as_secs() as libc::time_t,
        tv_nsec: time.subsec_nanos() as libc::c_long,
    };
    // Zero would turn it off.
    let first = first.max(std::time::Duration::from_nanos(1));
    let times = libc::itimerspec { it_interval: spec(every), it_value: spec(first) };
    // SAFETY: `times` lives through the call and is only read; null asks for no answer.
    let set = unsafe { libc::timerfd_settime(fd, 0, &times, std::ptr::null_mut()) };
    if set == 0 { Ok(timer) } else { Err(std::io::Error::last_os_error()) }
}

/// CPU time this process used so far, in ns: all threads, user and system. Some 0.3 µs.
pub(crate) fn cpu_ns() -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` lives through the call and is all that is written.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) } == 0;
    done.then_some(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// What glibc's allocator holds. Walks the free lists of all arenas under their locks, each for some µs. `None` with a
/// glibc before 2.33, which lacks the function: it is looked up when first needed, so that a program built here starts
/// there too, and one built there links.
#[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "jemalloc"), not(feature = "mimalloc")))]
pub(crate) fn mallinfo() -> Option<libc::mallinfo2> {
    type Mallinfo = extern "C" fn() -> libc::mallinfo2;
    static FOUND: std::sync::OnceLock<Option<Mallinfo>> = std::sync::OnceLock::new();
    let found = FOUND.get_or_init(|| {
        // SAFETY: the name ends with a zero and lives for ever.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"mallinfo2".as_ptr()) };
        // SAFETY: where it exists, glibc's function of this name has this signature; null becomes `None`.
        unsafe { std::mem::transmute::<*mut libc::c_void, Option<Mallinfo>>(address) }
    });
    found.map(|mallinfo| mallinfo())
}

/// What mimalloc has committed, in bytes.
#[cfg(all(feature = "mimalloc", not(feature = "jemalloc")))]
pub(crate) fn mimalloc_committed() -> Option<u64> {
    let mut committed = 0usize;
    let null = std::ptr::null_mut();
    // SAFETY: null pointers are skipped by mimalloc; `committed` lives through the call.
    unsafe { libmimalloc_sys::mi_process_info(null, null, null, null, null, &mut committed, null, null) };
    (committed > 0).then_some(committed as u64)
}

/// Runs `action` inside the signal handler whenever SIGTERM comes, for the rest of the process's life, beside what others
/// registered with tokio or signal-hook.
///
/// `action` may do only what is allowed there: atomics, and [`die_of_sigterm`].
#[cfg(feature = "signal")]
pub(crate) fn on_sigterm(action: fn()) -> std::io::Result<()> {
    // SAFETY: the callers, all in `publish/sigterm.rs`, pass functions that keep to the above.
    unsafe { signal_hook_registry::register(libc::SIGTERM, action) }.map(drop)
}

/// Does SIGTERM end the process as things stand, because nobody handles or ignores it?
#[cfg(feature = "signal")]
pub(crate) fn sigterm_is_deadly() -> bool {
    // SAFETY: all zero is a valid `sigaction`: numbers and pointers.
    let mut now: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: nothing is set; `now` lives through the call and is all that is written.
    let asked = unsafe { libc::sigaction(libc::SIGTERM, std::ptr::null(), &mut now) } == 0;
    asked && now.sa_sigaction == libc::SIG_DFL
}

/// Ends the process as SIGTERM does where nobody handles it. Allowed inside a signal handler, upon whose return it works.
#[cfg(feature = "signal")]
pub(crate) fn die_of_sigterm() {
    // SAFETY: both are async-signal-safe and take numbers.
    unsafe {
        libc::signal(libc::SIGTERM, libc::SIG_DFL);
        libc::raise(libc::SIGTERM);
    }
}
