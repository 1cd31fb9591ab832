package io.quorate.bench.cluster;

import java.util.List;

/**
 * A program that takes etcd's flags.
 *
 * @param name as in the tables
 * @param version as it says itself
 * @param program words before the flags
 * @param embedded whether it is also the library of this build, whose replication can be measured without a server around it
 */
public record Contender(String name, String version, List<String> program, boolean embedded) {}
