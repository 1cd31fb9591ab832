package io.quorate.sim.search;

import io.quorate.raft.Effects;
import java.util.List;

/** A numbered write on its way to the disk, with the entries in it. */
record PendingWrite(Effects.Write write, List<Entry> entries) {}
