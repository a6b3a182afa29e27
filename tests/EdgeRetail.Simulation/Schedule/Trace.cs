using System.Globalization;

namespace EdgeRetail.Simulation.Schedule;

/// <summary>What happened, as a hash over all of it and, on demand, as lines. Two runs of a seed have equal hashes, or something is not of the seed.</summary>
sealed class Trace(EventQueue queue, TextWriter? lines)
{
    ulong hash = 14695981039346656037;

    public string Hash => hash.ToString("x16", CultureInfo.InvariantCulture);

    public void Note(string what, long who, long first = 0, long second = 0, string more = "")
    {
        Mix((ulong)queue.Now.Ticks);
        foreach (var character in what) Mix(character);
        Mix((ulong)who);
        Mix((ulong)first);
        Mix((ulong)second);
        foreach (var character in more) Mix(character);
        lines?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{queue.Now:hh\\:mm\\:ss\\.fff} {what,-28} {who,3} {first,6} {second,6} {more}"));
    }

    void Mix(ulong value) => hash = (hash ^ value) * 1099511628211;
}
