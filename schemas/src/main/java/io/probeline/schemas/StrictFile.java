package io.probeline.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML file that is taken whole or refused whole, each fault with its line: duplicate keys, unknown keys and wrong types included. */
final class StrictFile {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private StrictFile() {}

    static JsonNode shipped(String kind) {
        return parse(kind, kind + ".yaml", resource(kind + ".yaml"));
    }

    static JsonNode read(String kind, Path file) {
        return parse(kind, file.toString(), text(file));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    static JsonNode parse(String kind, String name, String text) {
        return parse(kind, name, text, tree -> Map.of());
    }

    /** @param contradictions what a schema can't say of the file: a reason for each place that is at fault */
    static JsonNode parse(
            String kind, String name, String text, Function<JsonNode, Map<List<String>, String>> contradictions) {
        var lines = compose(name, text);
        JsonNode tree;
        try {
            tree = YAML.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    name + ": " + String.valueOf(e.getMessage()).replace('\n', ' '), e);
        }
        if (tree.isMissingNode() || tree.isNull()) {
            throw new IllegalArgumentException(name + ":1: holds nothing");
        }
        var schema = SCHEMAS.getSchema(resource(kind + ".schema.json"));
        var faults = schema.validate(tree).stream()
                .map(fault -> name + ":" + line(lines, path(fault)) + ": " + fault.getMessage())
                .toList();
        if (faults.isEmpty()) {
            faults = contradictions.apply(tree).entrySet().stream()
                    .map(fault -> name + ":" + line(lines, fault.getKey()) + ": " + fault.getValue())
                    .toList();
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(faults.stream().sorted().collect(Collectors.joining("\n")));
        }
        return tree;
    }

    /** With the lines; stricter than the reading itself: one document, no alias to nowhere, no bottomless nesting. */
    private static Node compose(String name, String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new IllegalArgumentException(name + ":" + line + ": " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(
                    name + ": " + String.valueOf(e.getMessage()).replace('\n', ' '), e);
        }
    }

    private static List<String> path(ValidationMessage fault) {
        var path = new ArrayList<String>();
        var at = fault.getInstanceLocation();
        for (int i = 0; i < at.getNameCount(); i++) {
            path.add(String.valueOf(at.getElement(i)));
        }
        return path;
    }

    private static int line(Node node, List<String> path) {
        if (!path.isEmpty()) {
            var rest = path.subList(1, path.size());
            if (node instanceof MappingNode mapping) {
                for (var tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key
                            && key.getValue().equals(path.getFirst())) {
                        return rest.isEmpty() ? key.getStartMark().getLine() + 1 : line(tuple.getValueNode(), rest);
                    }
                }
            } else if (node instanceof SequenceNode sequence) {
                return line(sequence.getValue().get(Integer.parseInt(path.getFirst())), rest);
            }
        }
        return node.getStartMark().getLine() + 1;
    }

    private static String resource(String name) {
        try (InputStream in = StrictFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " in the jar can't be read", e);
        }
    }
}
