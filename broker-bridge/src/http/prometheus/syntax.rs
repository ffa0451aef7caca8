//! Looked at before a query is parsed, since the parser must be protected, and we from it.
//!
//! * Its tree is walked by recursion, here and there: nesting and operators are bounded, else a request of a few KB would
//!   overflow the stack, which ends the process.
//! * It takes durations that Prometheus refuses, reads over units that overflow, and panics at numbers that are none:
//!   where a duration stands, it is checked here by Prometheus' own rule.

use super::parameters::duration_ms;
use super::problem::Problem;

/// Brackets within brackets.
const NESTING_MAX: usize = 60;
/// Operators and modifiers of one query.
const OPERATORS_MAX: usize = 200;

/// Regular expressions of one query: the parser allows each of them 10 MB.
const REGEXES_MAX: usize = 30;

/// May this be given to the parser?
pub(super) fn check(query: &str) -> Result<(), Problem> {
    let mut scan = Scan { rest: query, depth: 0, operators: 0, regexes: 0, braces: false };
    while !scan.rest.is_empty() {
        scan.step()?;
        if scan.depth > NESTING_MAX {
            return Err(bad(format!("more than {NESTING_MAX} brackets within one another")));
        }
        if scan.operators > OPERATORS_MAX {
            return Err(bad(format!("more than {OPERATORS_MAX} operators in one query")));
        }
        if scan.regexes > REGEXES_MAX {
            return Err(bad(format!("more than {REGEXES_MAX} regular expressions in one query")));
        }
    }
    Ok(())
}

/// What is wrong with the text of a query.
pub(super) fn bad(problem: impl std::fmt::Display) -> Problem {
    Problem::parameter("query", format!("parse error: {problem}"))
}

struct Scan<'q> {
    rest: &'q str,
    depth: usize,
    operators: usize,
    regexes: usize,
    /// Between `{` and `}`, where there are no operators.
    braces: bool,
}

impl<'q> Scan<'q> {
    fn step(&mut self) -> Result<(), Problem> {
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        match first {
            '"' | '\'' | '`' => self.skip_text(first),
            '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '{' | '}' => {
                self.braces = first == '{';
                self.skip(1);
            }
            '[' => return self.range(),
            '(' => {
                self.depth += 1;
                self.skip(1);
            }
            ')' => {
                self.depth = self.depth.saturating_sub(1);
                self.skip(1);
            }
            '+' | '-' | '*' | '/' | '%' | '^' | '=' | '<' | '>' | '!' => {
                self.operators += usize::from(!self.braces);
                self.skip(1);
            }
            '~' => {
                self.regexes += 1;
                self.skip(1);
            }
            _ if first.is_ascii_alphanumeric() || first == '_' || first == '.' => return self.word(),
            _ => self.skip(first.len_utf8()),
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn skip_blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// A quoted text; only in backquotes is a backslash itself. Where the end is missing, the parser says so.
    fn skip_text(&mut self, quote: char) {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped && quote != '`';
            ends
        });
        self.skip(end.map_or(self.rest.len(), |(at, _)| at + 1));
    }

    /// `[5m]`, `[1h:1m]`, `[1h:]`.
    fn range(&mut self) -> Result<(), Problem> {
        let Some(end) = self.rest.find(']') else { return Err(bad("unclosed [ of a range")) };
        let inside = &self.rest[1..end];
        let (range, step) = inside.split_once(':').map_or((inside, None), |(range, step)| (range, Some(step.trim())));
        nonzero(range.trim())?;
        step.filter(|step| !step.is_empty()).map_or(Ok(()), nonzero)?;
        // A subquery takes a level of the tree.
        self.operators += 1;
        self.skip(end + 1);
        Ok(())
    }

    fn word(&mut self) -> Result<(), Problem> {
        let word = self.take_word();
        if self.braces {
            return Ok(());
        }
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return number(word);
        }
        match word.to_ascii_lowercase().as_str() {
            "and" | "or" | "unless" | "atan2" => self.operators += 1,
            "offset" => {
                self.operators += 1;
                self.skip_blank();
                let signed = self.rest.starts_with(['+', '-']);
                self.skip(usize::from(signed));
                self.skip_blank();
                let before = self.rest;
                let duration = self.take_word();
                let number = duration.starts_with(|c: char| c.is_ascii_digit() || c == '.')
                    || ["nan", "inf"].contains(&duration.to_ascii_lowercase().as_str());
                if signed || number {
                    duration_ms(duration).ok_or_else(|| bad(format!("bad duration {duration:?} of an offset")))?;
                } else {
                    self.rest = before;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_word(&mut self) -> &'q str {
        let in_word = |c: char| c.is_ascii_alphanumeric() || ['_', '.', ':'].contains(&c);
        let mut end = self.rest.find(|c| !in_word(c)).unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        // The sign of an exponent belongs to its number.
        let decimal = word.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !word.starts_with("0x");
        if decimal && word.ends_with(['e', 'E']) && self.rest[end..].starts_with(['+', '-']) {
            end += 1;
            end += self.rest[end..].bytes().take_while(u8::is_ascii_digit).count();
        }
        let word = &self.rest[..end];
        self.skip(end);
        word
    }
}

fn nonzero(duration: &str) -> Result<(), Problem> {
    match duration_ms(duration) {
        Some(0) => Err(bad("duration must be greater than 0")),
        Some(_) => Ok(()),
        None => Err(bad(format!("bad duration {duration:?}: write for example 5m or 1h30m"))),
    }
}

fn number(word: &str) -> Result<(), Problem> {
    let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let is_number = match hex {
        Some(digits) => i64::from_str_radix(digits, 16).is_ok() && !digits.starts_with('+'),
        None => word.parse::<f64>().is_ok(),
    };
    if is_number { Ok(()) } else { Err(bad(format!("bad number or duration syntax: {word:?}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_ask_passes() {
        for query in [
            "1+1",
            r#"sum by (host) (rate(rss{channel="a-b",series=~"x[0-9]+ (a|b)*"}[5m] offset 1m)) / 1e-3 > bool 0x1f"#,
            "max_over_time(deriv(a[1m])[5m:10s])[1h:] @ end() offset -1h30m",
            "`[5` + '[\\'7' # [9\n + 1",
            "",
            "ä[5m]",
            r#"{"#,
            "\"unclosed",
        ] {
            assert_eq!(check(query), Ok(()), "{query}");
        }
    }

    #[test]
    fn what_would_hurt_or_mislead_does_not() {
        let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
        let long = "1+".repeat(10_000) + "1";
        let negative = "-".repeat(10_000) + "1";
        for query in [
            deep.as_str(),
            &long,
            &negative,
            &"a or ".repeat(1000),
            &format!("a{{{}}}", "b=~\"c\",".repeat(1000)),
            "a[5]",
            "a[-5m]",
            "a[1e300]",
            "a[0s]",
            "a[5m:0s]",
            "a[]",
            "a[5m",
            "a[99999999999999999999s]",
            "a[1h99999999999999999999s]",
            "a offset 5",
            "a offset - 1e300",
            "a offset NaN",
            "5m + 1",
            "1x",
            "0x",
        ] {
            assert!(matches!(check(query), Err(Problem::BadData(_))), "{query:.40}");
        }
    }

    /// Pieces of queries, in any order: the parser is not made for what people never write.
    const PIECES: [&str; 40] = [
        "a",
        "(",
        ")",
        "[5m]",
        "[5m:]",
        "[",
        "]",
        "{",
        "}",
        "{a=\"b\"}",
        "offset ",
        "@ ",
        "1",
        "-",
        "+",
        "1e300",
        "NaN",
        " Inf ",
        "0x",
        "rate(",
        "sum",
        " by ",
        "(a)",
        "topk(",
        ",",
        "\"t\"",
        "'",
        "=~",
        "==",
        " bool ",
        " on(a) ",
        " group_left ",
        "fill(1)",
        "start()",
        "5m",
        "[1y",
        ":",
        "ä",
        "#",
        "\\",
    ];

    proptest::proptest! {
        #[test]
        fn nothing_that_passes_makes_the_parser_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..14)) {
            let query: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            if check(&query).is_ok() {
                let _ = promql_parser::parser::parse(&query);
            }
        }
    }

    #[test]
    fn the_deepest_query_that_passes_fits_the_stack_of_a_thread() {
        let brackets = format!("{}a{}", "(".repeat(NESTING_MAX), ")".repeat(NESTING_MAX));
        let left = format!("a{}", " + 1".repeat(OPERATORS_MAX));
        let right = format!("a{}", " ^ 1".repeat(OPERATORS_MAX));
        let minus = format!("{}a", "-".repeat(OPERATORS_MAX));
        for query in [brackets, left, right, minus] {
            assert_eq!(check(&query), Ok(()));
            let times = super::super::plan::Times { start: 0, end: 0, lookback: 1 };
            assert!(super::super::plan::plan(&query, times).is_ok(), "{query:.20}");
        }
    }
}
