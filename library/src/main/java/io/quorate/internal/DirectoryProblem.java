package io.quorate.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Why a data directory cannot be used, as a sentence: of many failures the JDK says no more than the file's name. */
final class DirectoryProblem {
    private DirectoryProblem() {}

    static String sentence(Path directory, IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            String user = System.getProperty("user.name");
            if (!Files.exists(directory)) {
                return "the data directory " + directory + " cannot be made: the user " + user + " may not write where "
                        + denied.getFile() + " is to lie: make it for that user, or give another directory";
            }
            return "the data directory " + directory + " cannot be used: the user " + user + " may not read and write "
                    + denied.getFile() + ": make it that user's (chown -R " + user + " " + directory
                    + "), or give another directory";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return "the data directory " + directory + " cannot be made: " + ((FileSystemException) failure).getFile()
                    + " is a file. Move it away, or give another directory";
        }
        if (failure instanceof FileSystemException named && named.getReason() != null) {
            return "the data directory " + directory + " cannot be used: " + named.getFile() + ": " + named.getReason();
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.contains(directory.toString()) ? message : directory + ": " + message;
    }
}
