//! The steps around a commit at which a test lets the process die, as a power cut would. In a release nothing of it is
//! built, and the setting that names a step is unknown.

#[cfg(debug_assertions)]
use std::sync::Mutex;

/// The step to die at, and how often it is still passed.
#[cfg(debug_assertions)]
static DEATH: Mutex<Option<(String, u32)>> = Mutex::new(None);

/// From now on the process dies when it reaches this step: `after-commit`, or `after-commit:3` for the third time.
#[cfg(debug_assertions)]
pub fn arm(step: &str) {
    let (name, count) = step.split_once(':').unwrap_or((step, "1"));
    let death = (name.to_owned(), count.parse().unwrap_or(1));
    *DEATH.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(death);
}

/// Passes a step, or dies at it: by SIGKILL, so that nothing is tidied up.
#[inline]
pub fn reach(step: &str) {
    #[cfg(debug_assertions)]
    {
        let mut death = DEATH.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, left)) = death.as_mut().filter(|(name, _)| name == step) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                // Whether it worked is of no matter to whoever is dead.
                let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            }
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = step;
}
