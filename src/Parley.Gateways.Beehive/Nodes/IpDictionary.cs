using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Parley.Gateways.Beehive.Nodes;

/// <summary>
/// Ranges of IPv4 addresses and where they are (beehive.md §6): a text file, one range per line, ascending and without overlaps:
/// <c>first IP,last IP,country,region,city,district,operator id,…,operator name</c>. At least five columns; with five or six there is no operator id.
/// Empty lines and lines that begin with <c>#</c> do not count.
/// </summary>
internal sealed class IpDictionary
{
    /// <summary>Most ranges that are read.</summary>
    public const int MostRanges = 5_000_000;

    private const int FewestColumns = 5;
    private const int OperatorColumn = 6;
    private const int LongestLine = 4096;

    private readonly uint[] _first;
    private readonly uint[] _last;
    private readonly IpPlace[] _places;

    private IpDictionary(uint[] first, uint[] last, IpPlace[] places)
    {
        _first = first;
        _last = last;
        _places = places;
    }

    /// <summary>How many ranges there are.</summary>
    public int Count => _first.Length;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is no good; the message says which and why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IpDictionary Load(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            return Read(reader);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"IpDictionary: '{path}', {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"IpDictionary: '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the lines of a file.</summary>
    /// <exception cref="FormatException">A line is no good.</exception>
    public static IpDictionary Read(TextReader reader)
    {
        List<uint> first = [];
        List<uint> last = [];
        List<IpPlace> places = [];
        var known = new Dictionary<IpPlace, IpPlace>(); // places are few, ranges are many
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty || line[0] == '#')
                continue;
            var (from, to, place) = ParseLine(line, number);
            if (last.Count > 0 && from <= last[^1])
                throw Bad(number, $"the range begins at {AddressOf(from)}, but the one before it ends at {AddressOf(last[^1])}; ranges must be ascending without overlaps");
            if (first.Count == MostRanges)
                throw Bad(number, $"there are more than {MostRanges} ranges");
            if (!known.TryGetValue(place, out var shared))
                known.Add(place, shared = place);
            first.Add(from);
            last.Add(to);
            places.Add(shared);
        }
        return new([.. first], [.. last], [.. places]);
    }

    /// <summary>Where an address is; null when it is no IPv4 address or in none of the ranges.</summary>
    public IpPlace? Find(string address)
    {
        if (!TryParse(address, out var value))
            return null;
        var index = Array.BinarySearch(_first, value);
        if (index < 0)
            index = ~index - 1; // the last range that begins before the address
        return index >= 0 && value <= _last[index] ? _places[index] : null;
    }

    private static (uint First, uint Last, IpPlace Place) ParseLine(string line, int number)
    {
        if (line.Length > LongestLine)
            throw Bad(number, $"it is longer than {LongestLine} characters");
        var columns = line.Split(',', StringSplitOptions.TrimEntries);
        if (columns.Length < FewestColumns)
            throw Bad(number, $"it has {columns.Length} columns; at least {FewestColumns} are needed");
        if (!TryParse(columns[0], out var first))
            throw Bad(number, $"'{columns[0]}' is no IPv4 address");
        if (!TryParse(columns[1], out var last))
            throw Bad(number, $"'{columns[1]}' is no IPv4 address");
        if (last < first)
            throw Bad(number, $"the range ends at {columns[1]}, before it begins");
        if (columns[2].Length == 0)
            throw Bad(number, "the country is missing");
        var id = columns.Length > OperatorColumn ? columns[OperatorColumn] : "";
        return (first, last, new(columns[2], id, columns[^1]));
    }

    private static bool TryParse(string text, out uint value)
    {
        value = 0;
        if (!DottedAddress.TryParse(text, out var address))
            return false;
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }

    private static IPAddress AddressOf(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new(bytes);
    }

    private static FormatException Bad(int line, string why) => new(string.Create(CultureInfo.InvariantCulture, $"line {line}: {why}"));
}
