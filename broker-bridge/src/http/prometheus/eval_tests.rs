use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::plan::{Times, plan};
use super::super::select::accepts;
use super::*;

/// `a{h="1"}` rises by 1 a second from 0, `a{h="2"}` by 2, `b{h="1"}` is 7 and ends at 50 s.
fn series() -> Vec<Series> {
    let series = |metric, host, last: i64, value: fn(i64) -> f64| Series {
        labels: Labels::new([("__name__".into(), metric), ("h".into(), host)]),
        times: Arc::new((0..=last).map(|second| second * 1000).collect()),
        values: (0..=last).map(value).collect(),
    };
    vec![
        series("a".into(), "1".into(), 100, |second| second as f64),
        series("a".into(), "2".into(), 100, |second| 2.0 * second as f64),
        series("b".into(), "1".into(), 50, |_| 7.0),
    ]
}

fn evaluate(text: &str, samples: usize) -> Result<Value, Problem> {
    let steps = Steps::new(40_000, 60_000, 10_000);
    let lookback = 5000;
    let query = plan(text, Times { start: 40_000, end: 60_000, lookback })?;
    let meant = |matchers| series().into_iter().filter(|series| accepts(matchers, &series.labels)).collect();
    let series: Vec<Vec<Series>> = query.selectors.iter().map(|selector| meant(&selector.matchers)).collect();
    let budget = Budget::new(samples, Instant::now() + Duration::from_secs(10));
    Evaluator { series: &series, lookback, budget: &budget }.value(&query.root, steps)
}

#[test]
fn expressions_have_a_value_at_each_step() {
    let none = None;
    for (text, expected) in [
        (
            "a",
            vec![
                ("{__name__=\"a\", h=\"1\"}", [Some(40.0), Some(50.0), Some(60.0)]),
                ("{__name__=\"a\", h=\"2\"}", [Some(80.0), Some(100.0), Some(120.0)]),
            ],
        ),
        ("b", vec![("{__name__=\"b\", h=\"1\"}", [Some(7.0), Some(7.0), none])]),
        ("sum(a) + 1", vec![("{}", [Some(121.0), Some(151.0), Some(181.0)])]),
        ("rate(a{h=\"2\"}[10s])", vec![("{h=\"2\"}", [Some(2.0); 3])]),
        ("a - on(h) b", vec![("{h=\"1\"}", [Some(33.0), Some(43.0), none])]),
        ("absent(b)", vec![("{}", [none, none, Some(1.0)])]),
        ("max_over_time(sum(a)[20s:10s])", vec![("{}", [Some(120.0), Some(150.0), Some(180.0)])]),
        ("topk(1, a) > 100", vec![("{__name__=\"a\", h=\"2\"}", [none, none, Some(120.0)])]),
        (
            "label_join(b, \"j\", \"-\", \"h\", \"h\")",
            vec![("{__name__=\"b\", h=\"1\", j=\"1-1\"}", [Some(7.0), Some(7.0), none])],
        ),
        ("nothing", vec![]),
    ] {
        let Ok(Value::Vector(columns)) = evaluate(text, 10_000) else { panic!("{text}") };
        let given: Vec<(String, Vec<Option<f64>>)> = columns
            .iter()
            .map(|column| {
                let values = column.values.iter().map(|value| (!is_absent(*value)).then_some(*value));
                (column.labels.to_string(), values.collect())
            })
            .collect();
        let expected: Vec<_> =
            expected.into_iter().map(|(labels, values)| (labels.to_owned(), values.to_vec())).collect();
        assert_eq!(given, expected, "{text}");
    }
    assert_eq!(evaluate("scalar(b) * 2 > bool 0", 100), Ok(Value::Scalar(vec![1.0, 1.0, 0.0])));
}

#[test]
fn what_is_too_much_or_not_supported_is_refused() {
    assert!(matches!(evaluate("vector(1)[1d:1ms]", 10_000), Err(Problem::Execution(_))));
    assert!(matches!(evaluate("a", 5), Err(Problem::Execution(_))));
    for text in [
        "histogram_quantile(0.9, a)",
        "limitk(1, a)",
        "a + fill(0) b",
        r#"{h="1" or h="2"}"#,
        "holt_winters(a[1m], 0.5, 0.5)",
        "mad_over_time(a[1m])",
        "sort_by_label(a, \"h\")",
        "ln(0)",
    ] {
        assert!(matches!(evaluate(text, 10_000), Err(Problem::BadData(_))), "{text}");
    }
}
