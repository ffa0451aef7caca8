//! MONITORS: who wants to be told that a source is gone.
//!
//! * `table`: references, targets, subscribers, the queue of notices; pure · `dispatch`: takes notices out at a bounded rate
//!   and sends them · `serve`: requests over NATS
//!
//! A monitor is entered under the state's lock, in the same moment in which its target was seen to be there, and a death enters
//! its notices in the moment in which it is seen: so each fires exactly once, whatever runs beside it. Deaths of sources that
//! nobody monitors cost one bit that is looked at. What is due waits in one queue, which cannot grow beyond the monitors there
//! are, and is taken out 1,000 each 100 ms unless told otherwise: a hundred thousand deaths at once are a stream of notices,
//! not a flood. Locks are held for one chunk.

pub(crate) mod dispatch;
pub(crate) mod serve;
pub(crate) mod table;

pub(crate) use self::dispatch::Monitors;
pub(crate) use self::table::{Refusal, Watched};
