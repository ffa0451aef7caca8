#![no_main]

use broker_bridge::store::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: fuzzing::write_seeds(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/column"), &fuzzing::column_seeds()),
    |bytes: &[u8]| fuzzing::column(bytes)
);
