//! The document against the table, and against what OpenAPI 3.1 asks of a document.

use std::collections::{BTreeSet, HashMap};

use super::super::parameters::Query;
use super::*;

fn operations(document: &Value) -> Vec<(String, &'static str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            ["get", "post"].into_iter().filter_map(move |verb| Some((path.clone(), verb, item.get(verb)?)))
        })
        .collect()
}

/// The names under which a documented parameter may be given.
fn given(parameter: &Value) -> String {
    match parameter["schema"]["patternProperties"].as_object() {
        Some(properties) => {
            assert_eq!(properties.keys().collect::<Vec<_>>(), ["^label\\..+$"]);
            "label.zone".into()
        }
        None => parameter["name"].as_str().unwrap().into(),
    }
}

/// Something that the documented schema allows.
fn example(parameter: &Value) -> String {
    let schema = &parameter["schema"];
    match schema["enum"].as_array() {
        Some(choices) => choices[0].as_str().unwrap().into(),
        None => schema["minimum"].as_u64().map_or("1s".into(), |minimum| minimum.to_string()),
    }
}

#[test]
fn what_is_documented_is_what_is_taken_and_nothing_else() {
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, verb, operation) in operations(&document) {
        let Some(below) = path.strip_prefix("/api/v1/") else { continue };
        let is = |route: &&Route| route.path == below && (verb == "post") == (route.verb == Verb::Post);
        let route = ROUTES.iter().find(is).unwrap();
        documented.insert(below.to_owned());
        let query: Vec<&Value> =
            operation["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "query").collect();
        assert_eq!(query.len(), route.parameters.len(), "{path}");
        for parameter in query {
            let one = HashMap::from([(given(parameter), example(parameter))]);
            Query::new(route, one).unwrap_or_else(|problem| panic!("{path}: {}", problem.message()));
        }
        let unknown = HashMap::from([("unknown".to_owned(), String::new())]);
        assert!(Query::new(route, unknown).unwrap_err().message().starts_with("unknown:"), "{path}");
    }
    assert_eq!(documented, ROUTES.iter().map(|route| route.path.to_owned()).collect());
}

#[test]
fn the_document_has_the_structure_of_openapi_3_1() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
    for (path, verb, operation) in operations(&document) {
        assert!(path.starts_with('/'));
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}: an id twice");
        assert!(operation["summary"].is_string(), "{path}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(!responses.is_empty());
        for (status, response) in responses {
            assert!(status.len() == 3 && status.parse::<u16>().is_ok(), "{path}: {status}");
            assert!(response["description"].is_string(), "{path} {status}");
            find_references(response, &mut references);
        }
        find_references(&operation["requestBody"], &mut references);
        check_parameters(&path, operation);
        assert_eq!(operation.get("requestBody").is_some(), verb == "post", "{path}");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let known: BTreeSet<String> = schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(references, known, "every schema is used, and every one used is there");
    schemas.values().for_each(check_schema);
}

fn check_parameters(path: &str, operation: &Value) {
    let empty = Vec::new();
    let parameters = operation["parameters"].as_array().unwrap_or(&empty);
    let mut seen = BTreeSet::new();
    for parameter in parameters {
        let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
        assert!(seen.insert((name, place)), "{path}: {name} twice");
        assert!(["path", "query"].contains(&place));
        assert!(place != "path" || parameter["required"] == true);
        assert!(parameter["description"].is_string() && parameter["schema"].is_object(), "{path}: {name}");
        check_schema(&parameter["schema"]);
    }
    let of_path = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
    assert_eq!(of_path, path.matches('{').count(), "{path}");
}

fn find_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| match field.as_str() {
            Some(target) if name == "$ref" => drop(found.insert(target.to_owned())),
            _ => find_references(field, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| find_references(item, found)),
        _ => {}
    }
}

/// Of JSON Schema 2020-12 as far as it is used here.
fn check_schema(schema: &Value) {
    let known = ["array", "boolean", "integer", "null", "number", "object", "string"];
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        other => panic!("no type: {other} in {schema}"),
    };
    assert!(kinds.iter().all(|kind| known.contains(kind)), "{schema}");
    if let Some(properties) = schema["properties"].as_object() {
        let required = schema["required"].as_array().unwrap();
        assert!(required.iter().all(|name| properties.contains_key(name.as_str().unwrap())), "{schema}");
        properties.values().for_each(check_schema);
    }
    if kinds.contains(&"array") {
        check_schema(&schema["items"]);
    }
}
