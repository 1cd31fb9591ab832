package io.quorate.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryProblemTest {
    private static String sentence(IOException failure) {
        return DirectoryProblem.sentence(Path.of("data", "n1"), failure);
    }

    @Test
    void whoMayNotIsToldWhichFileAndWhatToDo(@TempDir Path folder) {
        String lock = folder.resolve("lock").toString();
        assertThat(DirectoryProblem.sentence(folder, new AccessDeniedException(lock)))
                .startsWith("the data directory " + folder + " cannot be used: the user ")
                .contains("may not read and write " + lock, "chown", "give another directory");
    }

    @Test
    void whatCannotBeMadeIsNoMatterOfItsOwner() {
        assertThat(sentence(new AccessDeniedException("data")))
                .startsWith("the data directory data/n1 cannot be made: ")
                .contains("may not write where data is to lie")
                .doesNotContain("chown");
    }

    @Test
    void aFileIsNamedAsOne() {
        assertThat(sentence(new FileAlreadyExistsException("data"))).contains("data is a file", "another directory");
    }

    @Test
    void theSystemsReasonIsKept() {
        assertThat(sentence(new FileSystemException("data/n1/lock", null, "Read-only file system")))
                .endsWith("data/n1/lock: Read-only file system");
    }

    @Test
    void aSentenceThatNamesNoDirectoryGetsIt() {
        assertThat(sentence(new IOException("it belongs to another"))).isEqualTo("data/n1: it belongs to another");
        assertThat(sentence(new IOException("data/n1 is in use"))).isEqualTo("data/n1 is in use");
    }
}
