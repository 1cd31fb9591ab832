package io.quorate.bench.compare;

import java.util.List;

/**
 * A program that takes etcd's flags.
 *
 * @param name as in the tables
 * @param version as it says itself
 * @param program words before the flags
 */
public record Contender(String name, String version, List<String> program) {}
