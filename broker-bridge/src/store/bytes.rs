//! Numbers and texts as bytes, little-endian, and back; whatever the bytes are, reading ends in a value or in [`Corrupt`].

use super::codec::Corrupt;

/// Appends to a buffer.
pub(super) struct Writer<'b>(&'b mut Vec<u8>);

impl<'b> Writer<'b> {
    pub(super) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self(buffer)
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn i64(&mut self, value: i64) {
        self.0.extend(value.to_le_bytes());
    }

    /// Seven bits a byte, the lowest first, as LEB128 and protocol buffers do.
    pub(super) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A float without its trailing zero bytes: small whole numbers take three or four.
    pub(super) fn number(&mut self, value: f64) {
        let bits = value.to_bits();
        let zeros = (bits.trailing_zeros() / 8).min(8) as usize;
        self.0.push(8 - zeros as u8);
        self.0.extend(&bits.to_be_bytes()[..8 - zeros]);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }
}

/// Reads from the begin of what is left.
#[derive(Debug)]
pub(super) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Corrupt> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Corrupt)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Corrupt)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Corrupt> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Corrupt> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Corrupt> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, Corrupt> {
        self.array().map(i64::from_le_bytes)
    }

    pub(super) fn varint(&mut self) -> Result<u64, Corrupt> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Corrupt)
    }

    pub(super) fn number(&mut self) -> Result<f64, Corrupt> {
        let length = usize::from(self.u8()?);
        let mut bytes = [0; 8];
        bytes.get_mut(..length).ok_or(Corrupt)?.copy_from_slice(self.take(length)?);
        Ok(f64::from_bits(u64::from_be_bytes(bytes)))
    }

    pub(super) fn text(&mut self) -> Result<&'b str, Corrupt> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Corrupt)
    }

    pub(super) fn bytes(&mut self) -> Result<&'b [u8], Corrupt> {
        let length = usize::try_from(self.varint()?).map_err(|_| Corrupt)?;
        self.take(length)
    }

    /// A number of things that take at least `each` bytes: what is left must have room for them, so that no memory is
    /// taken for things that are not there.
    pub(super) fn count(&mut self, each: usize) -> Result<usize, Corrupt> {
        let count = usize::try_from(self.varint()?).map_err(|_| Corrupt)?;
        if count > self.0.len() / each { Err(Corrupt) } else { Ok(count) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in proptest::collection::vec(any::<u64>(), 0..20), text in ".*") {
            let mut bytes = Vec::new();
            let mut writer = Writer::new(&mut bytes);
            writer.varint(numbers.len() as u64);
            for number in &numbers {
                writer.varint(*number);
                writer.number(f64::from_bits(*number));
                writer.i64(*number as i64);
            }
            writer.text(&text);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.count(1), Ok(numbers.len()));
            for number in &numbers {
                prop_assert_eq!(reader.varint(), Ok(*number));
                prop_assert_eq!(reader.number().unwrap().to_bits(), *number);
                prop_assert_eq!(reader.i64(), Ok(*number as i64));
            }
            prop_assert_eq!(reader.text(), Ok(&*text));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_end_in_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            while !reader.is_empty() {
                if reader.varint().is_err() || reader.number().is_err() || reader.text().is_err() || reader.u32().is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn a_count_of_what_is_not_there_is_refused() {
        assert_eq!(Reader::new(&[200, 1, 0, 0]).count(1), Err(Corrupt));
        assert_eq!(Reader::new(&[2, 0, 0]).count(1), Ok(2));
        assert_eq!(Reader::new(&[2, 0, 0]).count(2), Err(Corrupt));
    }
}
