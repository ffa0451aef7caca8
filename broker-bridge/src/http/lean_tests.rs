use super::*;

#[track_caller]
fn judge(lean: fn(&[u8]) -> Option<Vec<u8>>, cases: &[(&str, Option<&str>)]) {
    for (source, wanted) in cases {
        let sent = lean(source.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(sent.as_deref(), *wanted, "{source}");
        if let Some(sent) = sent {
            assert_eq!(sent.lines().count(), source.lines().count(), "{source}");
            assert_eq!(lean(sent.as_bytes()).as_deref(), Some(sent.as_bytes()), "once more: {source}");
        }
    }
}

#[test]
fn of_scripts_comments_and_indentation_go_and_line_breaks_stay() {
    judge(
        script,
        &[
            ("", Some("")),
            ("let a = 1; // one\n  let b;\t \n", Some("let a=1;\nlet b;\n")),
            ("/** @type {x} */\nlet a; /* b */ let c;\n", Some("\nlet a;let c;\n")),
            ("  /*\n   * two\n   */\n  a();", Some("\n\n\na();")),
            ("//# a b\n// c\nlet d; //# e\n", Some("//# a b\n\nlet d;\n")),
            ("return /* a\n */ b", Some("return\nb")),
            ("a/**/b", Some("a b")),
            ("a /* */b/* */ c", Some("a b c")),
            ("const x = /** @type {y} */ (z);", Some("const x=(z);")),
            ("/*! licence\n   of all */\na", Some("/*! licence\n   of all */\na")),
            ("a\r\n  b\r\n", Some("a\nb\n")),
            ("#!/usr/bin/env node\na", Some("#!/usr/bin/env node\na")),
            ("import { a as b } from './c.js';", Some("import{a as b}from'./c.js';")),
            ("const { a, ...b } = (c) => ({ d: [1, -2] });", Some("const{a,...b}=(c)=>({d:[1,-2]});")),
            ("a - --b + +c - -1 + ++d", Some("a- --b+ +c- -1+ ++d")),
            ("return 'a' in b ? 1 .x : typeof c", Some("return'a'in b?1 .x:typeof c")),
            ("a < !--b; get #c() {}", Some("a< !--b;get #c(){}")),
        ],
    );
}

#[test]
fn texts_of_scripts_are_left_alone() {
    judge(
        script,
        &[
            (r#"a = "// no" + '/* no */' + "\"//"; // yes"#, Some(r#"a="// no"+'/* no */'+"\"//";"#)),
            ("a = 'one \\\n   two';\n  b", Some("a='one \\\n   two';\nb")),
            ("a = `\n  // text\n    ${ b /* c */ }  \n  `; // d", Some("a=`\n  // text\n    ${b}  \n  `;")),
            ("`${`${'}'}`}//`//", Some("`${`${'}'}`}//`")),
            ("`\\`${{a: {}}}\\${`  +  1", Some("`\\`${{a:{}}}\\${`+1")),
            ("`${a}` / 2 // three", Some("`${a}` / 2")),
            ("'größer // é'; größe / 2 // ü", Some("'größer // é';größe / 2")),
        ],
    );
}

#[test]
fn a_regular_expression_is_told_from_a_division() {
    judge(
        script,
        &[
            ("a.match(/[/'\"`]\\/\\//g) // b", Some("a.match(/[/'\"`]\\/\\//g)")),
            ("x = /'/; y = a / b / c; // '", Some("x= /'/;y=a / b / c;")),
            ("return /\"/.test(a) // \"", Some("return /\"/.test(a)")),
            ("(a) / 2 // '", Some("(a) / 2")),
            ("if (a) /'/.test(b) // '", Some("if(a) /'/.test(b)")),
            ("a[0] / 2 /* ' */ / 3", Some("a[0] / 2 / 3")),
            ("a++ / 2 // '", Some("a++ / 2")),
            ("1. / 2 // '", Some("1. / 2")),
            ("a.return / 2 // '", Some("a.return / 2")),
            ("[...a] / 2; a?.of / 2 // '", Some("[...a] / 2;a?.of / 2")),
            ("() => /`/ // `", Some("()=> /`/")),
            ("`${/`/.source}` // `", Some("`${/`/.source}`")),
            ("a = /x/g / /y/.z", Some("a= /x/g / /y/.z")),
        ],
    );
}

#[test]
fn a_script_that_only_a_parser_understands_is_left_whole() {
    judge(
        script,
        &[
            ("{} /a/g", None),
            ("of / 2", None),
            ("await (a) / 2", None),
            ("for await (a of b) /c/.d", None),
            ("'open", None),
            ("'broken\n'", None),
            ("`open", None),
            ("`${open`", None),
            ("/* open", None),
            ("/open", None),
            ("(]", None),
            (")", None),
            ("{", None),
            ("a\rb", None),
            ("// \u{2028} a", None),
        ],
    );
}

#[test]
fn of_style_sheets_the_same() {
    judge(
        style,
        &[
            ("/* a */\n.b {\n  color: red; /* c */\n}\n", Some("\n.b {\ncolor: red;\n}\n")),
            (".a/* b */.c /* d */.e {}", Some(".a/**/.c .e {}")),
            ("a::before { content: '/* a */  b'; }", Some("a::before { content: '/* a */  b'; }")),
            ("a { b: url(//c/*d.svg); e: url( \"/*\" ) /* f */ }", Some("a { b: url(//c/*d.svg); e: url( \"/*\" ) }")),
            ("@import URL(  data:a'b/*\\)  );", Some("@import URL(  data:a'b/*\\)  );")),
            (".a\\/* { b: c } /* d */", Some(".a\\/* { b: c }")),
            ("/*! licence */\na\n    b {}", Some("/*! licence */\na\nb {}")),
            ("/* open", None),
            ("a { content: 'open", None),
        ],
    );
}
