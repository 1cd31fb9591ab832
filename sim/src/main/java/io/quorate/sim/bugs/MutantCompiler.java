package io.quorate.sim.bugs;

import io.quorate.kv.KvStore;
import io.quorate.node.RaftNode;
import io.quorate.raft.Raft;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.storage.SegmentedLog;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Plants a bug into a copy of its files and compiles those alone, against the classes that run. Nothing is written to a
 * disk. One compiler serves all bugs: most of its time goes into reading the same classes.
 */
final class MutantCompiler implements AutoCloseable {
    private static final List<String> OPTIONS = List.of("-proc:none", "-implicit:none", "-nowarn", "-Xlint:none");

    /** The annotations are there when the build compiles, not when the program runs: they mean nothing here. */
    private static final List<JavaFileObject> ANNOTATIONS = List.of(
            annotation("Nullable"), annotation("NullMarked"), annotation("NullUnmarked"), annotation("NonNull"));

    private final Path checkout;
    private final JavaCompiler compiler;
    private final StandardJavaFileManager files;

    /** @param checkout root of the sources that the running classes were built from */
    MutantCompiler(Path checkout) {
        JavaCompiler found = ToolProvider.getSystemJavaCompiler();
        if (found == null) {
            throw new IllegalStateException("bugs are planted with the compiler of a JDK, and this is a JRE");
        }
        this.checkout = checkout;
        this.compiler = found;
        this.files = found.getStandardFileManager(null, Locale.ROOT, null);
        try {
            files.setLocationFromPaths(
                    StandardLocation.CLASS_PATH,
                    List.of(
                            home(Raft.class),
                            home(KvStore.class),
                            home(RaftNode.class),
                            home(SegmentedLog.class),
                            home(logger()),
                            home(CoreSimulation.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the node logs with; this module does not know it. */
    private static Class<?> logger() {
        try {
            return Class.forName("org.slf4j.Logger", false, RaftNode.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The classes of the files with the bug in them, by name.
     *
     * @throws BugDoesNotFitException if the text to be replaced is not there, or the outcome does not compile
     */
    synchronized Map<String, byte[]> compile(PlantedBug bug) {
        List<JavaFileObject> units = new ArrayList<>(ANNOTATIONS);
        for (String file : bug.files()) {
            units.add(new Source(file, bug.plantInto(file, original(file))));
        }
        StringWriter told = new StringWriter();
        Outputs outputs = new Outputs(files);
        if (!compiler.getTask(told, outputs, null, OPTIONS, null, units).call()) {
            throw new BugDoesNotFitException("bug " + bug.number() + " does not compile: " + told);
        }
        return outputs.classes();
    }

    private String original(String file) {
        try {
            return Files.readString(checkout.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the sources are not under " + checkout, e);
        }
    }

    private static JavaFileObject annotation(String name) {
        return new Source(
                "org/jspecify/annotations/" + name + ".java",
                "package org.jspecify.annotations;\n"
                        + "import java.lang.annotation.ElementType;\n"
                        + "import java.lang.annotation.Target;\n"
                        + "@Target({ElementType.TYPE_USE, ElementType.PACKAGE, ElementType.MODULE})\n"
                        + "public @interface " + name + " {}\n");
    }

    @Override
    public void close() {
        try {
            files.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("string:///" + file), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes in memory. */
    private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ClassFile> written = new TreeMap<>();

        Outputs(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ClassFile file = new ClassFile(className);
            written.put(className, file);
            return file;
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new TreeMap<>();
            written.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
            classes.keySet().removeIf(name -> name.startsWith("org.jspecify."));
            return classes;
        }
    }

    private static final class ClassFile extends SimpleJavaFileObject {
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

        ClassFile(String name) {
            super(URI.create("memory:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
        }

        @Override
        public java.io.OutputStream openOutputStream() {
            return bytes;
        }
    }
}
