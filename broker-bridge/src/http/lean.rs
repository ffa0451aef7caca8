//! Scripts and style sheets as they are sent: without comments, indentation and, in scripts, blanks that part nothing, which
//! are more than a third of what they weigh. Every line break stays where it is, so that a browser's console names the lines of
//! the source.
//!
//! This is no parser. Where a `/` may begin a regular expression or divide, and only a parser could tell, the file is sent
//! as it is written; so is one that ends within a comment or a bracket.

/// A script; `None` where it is not understood.
pub(super) fn script(source: &[u8]) -> Option<Vec<u8>> {
    let mut script = Script { text: Text::new(source)?, before: Before::Operator, open: Vec::new() };
    while script.step()? {}
    script.open.is_empty().then(|| script.text.finish())
}

/// A style sheet; `None` where it is not understood.
pub(super) fn style(source: &[u8]) -> Option<Vec<u8>> {
    let mut text = Text::new(source)?;
    while let Some(byte) = text.peek(0) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => text.space(),
            b'"' | b'\'' => text.string(byte)?,
            b'\\' => text.keep(2),
            // What stands there without quotes may hold anything but a bracket.
            b'(' if text.follows_url() => text.until(b')')?,
            b'/' if text.peek(1) == Some(b'*') => {
                let joins = text.comment()?;
                // It may part two names, where a space would make another selector.
                if joins {
                    text.out.extend(b"/**/");
                }
            }
            _ => text.keep(1),
        }
    }
    Some(text.finish())
}

/// What was read, and what is kept of it.
struct Text<'a> {
    source: &'a [u8],
    at: usize,
    out: Vec<u8>,
}

impl<'a> Text<'a> {
    /// `None` for line ends that only scripts know.
    fn new(source: &'a [u8]) -> Option<Self> {
        let strange = source.windows(3).any(|three| matches!(three, [0xE2, 0x80, 0xA8 | 0xA9]))
            || source.iter().enumerate().any(|(at, byte)| *byte == b'\r' && source.get(at + 1) != Some(&b'\n'));
        (!strange).then(|| Self { source, at: 0, out: Vec::with_capacity(source.len()) })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.at + ahead).copied()
    }

    fn keep(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.source.len());
        self.out.extend(&self.source[self.at..end]);
        self.at = end;
    }

    /// Bytes up to the end of the line.
    fn line(&self) -> usize {
        let rest = &self.source[self.at..];
        rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }

    /// A line break stays; of other space one stays between what it parts. None of it is inside of a text: those are kept whole.
    fn space(&mut self) {
        let byte = self.source[self.at];
        self.at += 1;
        if byte == b'\n' {
            self.trim();
            self.out.push(b'\n');
        } else if !matches!(self.out.last(), None | Some(b'\n' | b' ')) {
            self.out.push(b' ');
        }
    }

    /// In a script: no blank before the next token where it parts nothing.
    fn close_up(&mut self, next: u8) {
        let [.., before, b' '] = self.out[..] else { return };
        let parts = match (before, next) {
            (b'/', _) | (_, b'/') | (b'<', b'!') => true,
            (b'0'..=b'9', b'.') => true,
            (b'+' | b'-', _) => before == next,
            _ => is_of_name(before) && is_of_name(next),
        };
        if !parts {
            self.out.pop();
        }
    }

    fn trim(&mut self) {
        if self.out.last() == Some(&b' ') {
            self.out.pop();
        }
    }

    /// The comment `/* … */` here goes, unless it is one of a licence; its line breaks stay. `true` where it stood between two
    /// characters with nothing else between them.
    fn comment(&mut self) -> Option<bool> {
        let length = find(&self.source[self.at + 2..], b"*/")? + 4;
        if self.peek(2) == Some(b'!') {
            self.keep(length);
            return Some(false);
        }
        let comment = &self.source[self.at..self.at + length];
        self.at += length;
        let mut breaks = comment.iter().filter(|byte| **byte == b'\n').count();
        if breaks > 0 {
            self.trim();
        }
        while breaks > 0 {
            self.out.push(b'\n');
            breaks -= 1;
        }
        let begins = matches!(self.out.last(), None | Some(b' ' | b'\n'));
        Some(!begins && !matches!(self.peek(0), None | Some(b' ' | b'\t' | b'\r' | b'\n')))
    }

    /// A text in quotes, whole.
    fn string(&mut self, quote: u8) -> Option<()> {
        let mut length = 1;
        loop {
            match self.peek(length)? {
                b'\\' => length += 2,
                b'\n' => return None,
                byte if byte == quote => break,
                _ => length += 1,
            }
        }
        self.keep(length + 1);
        Some(())
    }

    /// All up to this byte and it too; what follows a backslash is not it.
    fn until(&mut self, end: u8) -> Option<()> {
        loop {
            match self.peek(0)? {
                b'\\' => self.keep(2),
                byte => {
                    self.keep(1);
                    if byte == end {
                        return Some(());
                    }
                }
            }
        }
    }

    /// Is this the bracket of an address without quotes?
    fn follows_url(&self) -> bool {
        let name = self.out.len().checked_sub(3).map_or(&[][..], |from| &self.out[from..]);
        let inside = self.source[self.at + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
        name.eq_ignore_ascii_case(b"url") && !matches!(inside, Some(b'"' | b'\''))
    }

    fn finish(mut self) -> Vec<u8> {
        self.trim();
        self.out
    }
}

/// What stands before a `/`: after a value it divides, after an operator it begins a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Value,
    Operator,
    /// `if`, and others whose brackets are followed by a statement.
    Head,
    /// `await`, whose brackets may be those of a loop or of a value.
    Await,
    Unsure,
}

/// A bracket that is open.
enum Open {
    /// `${`
    Template,
    Brace,
    /// What stands before what follows the bracket's end.
    Round(Before),
    Square,
}

struct Script<'a> {
    text: Text<'a>,
    before: Before,
    open: Vec<Open>,
}

impl Script<'_> {
    /// The next token. `Some(false)` at the end.
    fn step(&mut self) -> Option<bool> {
        let Some(byte) = self.text.peek(0) else { return Some(false) };
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            self.text.space();
            return Some(true);
        }
        self.text.close_up(byte);
        match byte {
            b'"' | b'\'' => {
                self.text.string(byte)?;
                self.before = Before::Value;
            }
            b'`' => {
                self.text.keep(1);
                self.template()?;
            }
            b'/' => self.slash()?,
            b'(' | b'[' | b'{' => self.opens(byte),
            b')' | b']' | b'}' => self.closes(byte)?,
            b'0'..=b'9' => self.number(),
            _ if is_of_name(byte) => self.name(),
            // After a value it stays one, before a value it is an operator: what stood before still holds.
            b'+' | b'-' if self.text.peek(1) == Some(byte) => self.text.keep(2),
            _ => {
                self.text.keep(1);
                self.before = Before::Operator;
            }
        }
        Some(true)
    }

    fn opens(&mut self, byte: u8) {
        self.open.push(match byte {
            b'(' if self.before == Before::Head => Open::Round(Before::Operator),
            b'(' if self.before == Before::Await => Open::Round(Before::Unsure),
            b'(' => Open::Round(Before::Value),
            b'[' => Open::Square,
            _ => Open::Brace,
        });
        self.text.keep(1);
        self.before = Before::Operator;
    }

    fn closes(&mut self, byte: u8) -> Option<()> {
        self.text.keep(1);
        self.before = match (byte, self.open.pop()?) {
            (b')', Open::Round(before)) => before,
            (b']', Open::Square) => Before::Value,
            // Of a block, or of an object.
            (b'}', Open::Brace) => Before::Unsure,
            (b'}', Open::Template) => return self.template(),
            _ => return None,
        };
        Some(())
    }

    /// Text between backquotes, up to its end or to the next `${`.
    fn template(&mut self) -> Option<()> {
        loop {
            match (self.text.peek(0)?, self.text.peek(1)) {
                (b'\\', _) => self.text.keep(2),
                (b'$', Some(b'{')) => {
                    self.text.keep(2);
                    self.open.push(Open::Template);
                    self.before = Before::Operator;
                    return Some(());
                }
                (b'`', _) => {
                    self.text.keep(1);
                    self.before = Before::Value;
                    return Some(());
                }
                _ => self.text.keep(1),
            }
        }
    }

    fn slash(&mut self) -> Option<()> {
        match (self.text.peek(1), self.before) {
            // Says how the whole is to be compiled: charts/eager.test.js.
            (Some(b'/'), _) if self.text.out.is_empty() && self.text.peek(2) == Some(b'#') => {
                self.text.keep(self.text.line());
            }
            (Some(b'/'), _) => self.text.at += self.text.line(),
            (Some(b'*'), _) => {
                if self.text.comment()? {
                    self.text.out.push(b' ');
                }
            }
            (_, Before::Value) => {
                self.text.keep(1);
                self.before = Before::Operator;
            }
            (_, Before::Operator | Before::Await) => self.expression()?,
            (_, Before::Head | Before::Unsure) => return None,
        }
        Some(())
    }

    /// A regular expression; its flags are read as a name.
    fn expression(&mut self) -> Option<()> {
        let mut in_class = false;
        let mut length = 1;
        loop {
            match self.text.peek(length)? {
                b'\\' => length += 1,
                b'\n' => return None,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => break,
                _ => {}
            }
            length += 1;
        }
        self.text.keep(length + 1);
        self.before = Before::Value;
        Some(())
    }

    fn number(&mut self) {
        while self.text.peek(0).is_some_and(|byte| byte == b'.' || is_of_name(byte)) {
            self.text.keep(1);
        }
        self.before = Before::Value;
    }

    fn name(&mut self) {
        let from = self.text.out.len();
        let code = self.text.out.trim_ascii_end();
        // `x.return` is a name as any other.
        let is_property = code.ends_with(b".") && !code.ends_with(b"...");
        while self.text.peek(0).is_some_and(is_of_name) {
            self.text.keep(1);
        }
        self.before = if is_property { Before::Value } else { after(&self.text.out[from..]) };
    }
}

/// What a word is to the `/` behind it.
fn after(word: &[u8]) -> Before {
    match word {
        b"if" | b"while" | b"for" | b"with" => Before::Head,
        b"await" => Before::Await,
        b"case" | b"delete" | b"do" | b"else" | b"extends" | b"in" | b"instanceof" | b"new" | b"return" | b"throw"
        | b"typeof" | b"void" | b"yield" | b"default" => Before::Operator,
        // A name where it is not the word of a loop.
        b"of" => Before::Unsure,
        _ => Before::Value,
    }
}

/// Letters of other alphabets are longer than a byte.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'\\') || byte >= 0x80
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|part| part == what)
}

#[cfg(test)]
#[path = "lean_tests.rs"]
mod tests;
