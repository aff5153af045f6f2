// a command's JSON Schema ──▶ fields;  what was typed ──▶ parameters, or why not

/** The fields of a form for the schema of an object; what a plain field cannot hold is typed as JSON. */
export function fieldsOf(schema) {
    const properties = schema?.properties ?? {};
    const required = Array.isArray(schema?.required) ? schema.required : [];
    return Object.entries(properties).map(([name, property]) => ({
        name,
        kind: kindOf(property),
        title: property.title ?? null,
        hint: property.description ?? null,
        options: Array.isArray(property.enum) ? property.enum : null,
        initial: property.default ?? null,
        required: required.includes(name),
        schema: property,
    }));
}

/** The text a field starts with. */
export function initialText(field) {
    if (field.initial === null) {
        return "";
    }
    return field.kind === "json" ? JSON.stringify(field.initial) : String(field.initial);
}

/** Reads typed text (by field name) into parameters; `errors` has a sentence for each field that is wrong. */
export function readValues(fields, typed) {
    const params = {};
    const errors = {};
    for (const field of fields) {
        const text = String(typed[field.name] ?? "").trim();
        if (text === "") {
            if (field.required) {
                errors[field.name] = "This is needed.";
            }
            continue;
        }
        const value = valueOf(field, text);
        const error = value === undefined ? `“${text}” does not fit here.` : errorOf(field, value);
        if (error) {
            errors[field.name] = error;
        } else {
            params[field.name] = value;
        }
    }
    return { params, errors, valid: Object.keys(errors).length === 0 };
}

function kindOf(property) {
    if (Array.isArray(property.enum)) {
        return "choice";
    }
    return ["string", "integer", "number", "boolean"].includes(property.type) ? property.type : "json";
}

function valueOf(field, text) {
    switch (field.kind) {
        case "choice":
            return field.options.find((option) => String(option) === text);
        case "string":
            return text;
        case "boolean":
            return { true: true, false: false }[text];
        case "integer":
        case "number":
            return Number.isFinite(Number(text)) ? Number(text) : undefined;
        default:
            return parsed(text);
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function errorOf({ kind, schema }, value) {
    if (kind === "string") {
        return textError(schema, value);
    }
    if (kind === "integer" && !Number.isInteger(value)) {
        return "A whole number, please.";
    }
    if (kind === "integer" || kind === "number") {
        return rangeError(schema, value);
    }
    return null;
}

function textError(schema, text) {
    if (schema.minLength > text.length || schema.maxLength < text.length) {
        return "That is too short or too long.";
    }
    return schema.pattern && !matches(schema.pattern, text) ? `“${text}” does not fit here.` : null;
}

function rangeError({ minimum, maximum }, value) {
    if (value < minimum) {
        return `At least ${minimum}.`;
    }
    return value > maximum ? `At most ${maximum}.` : null;
}

function matches(pattern, text) {
    try {
        return new RegExp(pattern, "u").test(text);
    } catch {
        // A pattern that this browser cannot read is left to the gateway, which checks every parameter anyway.
        return true;
    }
}
