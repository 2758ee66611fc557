using System.Diagnostics.CodeAnalysis;

namespace Parley.Gateways.Beehive.Http;

/// <summary>A path of the interface with its rows.</summary>
internal sealed class EndpointPath
{
    private const int LongestEcho = 64;

    private readonly List<Endpoint> _rows = [];

    public EndpointPath(string path)
    {
        IsPush = path.EndsWith("/push", StringComparison.Ordinal);
    }

    /// <summary>Whether bodies are pushed here: POST, everything else is GET (beehive.md §2).</summary>
    public bool IsPush { get; }

    public string Method => IsPush ? "POST" : "GET";

    public CallAccess Access => _rows[0].Access;

    public void Add(Endpoint row) => _rows.Add(row);

    /// <summary>Finds the row that is called; otherwise tells what is unknown.</summary>
    public bool TryFind(QueryParameters query, [NotNullWhen(true)] out Endpoint? endpoint, out Outcome refusal)
    {
        endpoint = null;
        refusal = default;
        var option = _rows[0].Option.Length == 0 ? "" : query.Text(IsPush ? "dim" : "option");
        var action = query.Text("action");
        var isKnown = false;
        foreach (var row in _rows)
        {
            if (!string.Equals(row.Option, option, StringComparison.Ordinal))
                continue;
            isKnown = true;
            if (row.Action == Endpoint.Any || string.Equals(row.Action, action, StringComparison.Ordinal))
            {
                endpoint = row;
                return true;
            }
        }
        refusal = new(
            BeehiveCode.InvalidParameter,
            isKnown ? $"Unsupport this action:{Cut(action)}." : $"Unsupport this {(IsPush ? "dimension" : "option")}:{Cut(option)}.");
        return false;
    }

    private static string Cut(string text) => text.Length <= LongestEcho ? text : text[..LongestEcho];
}
