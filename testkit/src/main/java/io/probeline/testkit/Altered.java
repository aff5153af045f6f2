package io.probeline.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.ToolProvider;

/**
 * The product as it was, or as it would be with a fault: its own source, changed in places and compiled apart, so that the product needs no switch for it. The
 * classes are to stand before the product's. A change whose text is no longer found, or found twice, fails.
 */
public final class Altered {
    private Altered() {}

    /**
     * A piece of text that is another.
     *
     * @param type the simple name of the class whose source has it
     */
    public record Change(String type, String before, String after) {}

    /**
     * Compiles the types that are changed.
     *
     * @param name for what is said when it fails, and for its folder
     * @param sources the package's folder
     * @return the folder with the changed classes
     */
    public static Path compile(String name, Path sources, List<Change> changes, Path folder) throws IOException {
        var texts = new LinkedHashMap<String, String>();
        for (var change : changes) {
            var text = texts.get(change.type());
            texts.put(
                    change.type(),
                    apply(name, change, text == null ? Files.readString(source(sources, change.type())) : text));
        }
        var written = Files.createDirectories(folder.resolve(name + "/source"));
        var classes = Files.createDirectories(folder.resolve(name + "/classes"));
        for (var entry : texts.entrySet()) {
            Files.writeString(source(written, entry.getKey()), entry.getValue());
        }
        javac(name, texts, written, classes);
        return classes;
    }

    private static String apply(String name, Change change, String text) {
        int at = text.indexOf(change.before());
        if (at < 0 || text.indexOf(change.before(), at + 1) >= 0) {
            throw new AssertionError(
                    name + " no longer fits " + change.type() + ", which has none or two of:\n" + change.before());
        }
        return text.replace(change.before(), change.after());
    }

    private static void javac(String name, Map<String, String> texts, Path written, Path classes) throws IOException {
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed");
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(
                    texts.keySet().stream().map(type -> source(written, type)).toList());
            var options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-d",
                    classes.toString(),
                    "-cp",
                    Objects.requireNonNull(System.getProperty("java.class.path")));
            if (!compiler.getTask(said, files, null, options, null, units).call()) {
                throw new AssertionError(name + " does not compile:\n" + said);
            }
        }
    }

    private static Path source(Path folder, String type) {
        return folder.resolve(type + ".java");
    }
}
