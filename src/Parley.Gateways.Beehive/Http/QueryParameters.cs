using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Parley.Gateways.Beehive.Http;

/// <summary>The parameters of a call: names are case-sensitive, of several with one name the first counts (beehive.md §2).</summary>
internal sealed class QueryParameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads a query string, with or without its question mark.</summary>
    public QueryParameters(string? query)
    {
        foreach (var pair in new QueryStringEnumerable(query))
            _values.TryAdd(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
    }

    /// <summary>A text; "" when it is missing.</summary>
    public string Text(string name) => _values.GetValueOrDefault(name, "");

    /// <summary>A mandatory id: decimal, 1 to 2^63−1.</summary>
    public bool TryId(string name, out long id) => TryNumber(name, long.MaxValue, out id) && id > 0;

    /// <summary>A mandatory number from 1 to <paramref name="limit"/>.</summary>
    public bool TryCount(string name, int limit, out int count)
    {
        var isGood = TryNumber(name, limit, out var number) && number > 0;
        count = (int)number;
        return isGood;
    }

    /// <summary>An optional number, 0 when it is missing. False for what is there and is no decimal from 0 to <paramref name="limit"/>.</summary>
    public bool TryOptional(string name, long limit, out long number)
    {
        number = 0;
        return !_values.ContainsKey(name) || TryNumber(name, limit, out number);
    }

    /// <summary>A number that counts as 0 when it is missing or no good.</summary>
    public int Lenient(string name) => TryNumber(name, int.MaxValue, out var number) ? (int)number : 0;

    private bool TryNumber(string name, long limit, out long number)
    {
        number = 0;
        if (!_values.TryGetValue(name, out var text) || !Parse(text, limit, out var parsed))
            return false;
        number = parsed;
        return true;
    }

    internal static bool Parse(ReadOnlySpan<char> text, long limit, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= limit;
}
