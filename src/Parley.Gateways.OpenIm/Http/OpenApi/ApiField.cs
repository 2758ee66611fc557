namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>What a call asks of a member of its body.</summary>
internal enum ApiFieldKind : byte
{
    Text,
    Integer,
    Flag,
    Texts,
    Users,
    Numbers,
    Object,
    Objects,
    Any,
}

/// <summary>Who may call. The strongest demand counts.</summary>
internal enum ApiDemand : byte
{
    Nothing,
    Secret,
    Token,
    Manager,
}

/// <summary>A member of a body, as a handler reads it.</summary>
/// <param name="Name">The name that is looked for first.</param>
/// <param name="Aliases">The names that are looked for then, in this order.</param>
/// <param name="Kind">What it must be.</param>
/// <param name="Need">Whether it must be there.</param>
/// <param name="Least">Of an integer: the smallest.</param>
/// <param name="Most">Of an integer the largest, of a text its characters, of a list its items.</param>
/// <param name="Inner">The members of an object, or of each object in a list.</param>
internal sealed record ApiField(
    string Name, IReadOnlyList<string> Aliases, ApiFieldKind Kind, Need Need, long Least, long Most, ApiFieldRecorder? Inner = null);

/// <summary>
/// Writes down what a handler reads out of a body, so that the description of the API is what the code does and no second list. A handler
/// reads everything before it does anything, and a body that records is one at fault: so no handler goes on after reading.
/// </summary>
internal sealed class ApiFieldRecorder
{
    private readonly List<ApiField> _fields = [];

    /// <summary>The members in the order of reading.</summary>
    public IReadOnlyList<ApiField> Fields => _fields;

    public ApiDemand Demand { get; private set; }

    public void Ask(ApiDemand demand) => Demand = demand > Demand ? demand : Demand;

    /// <summary>A member is read; when it is read twice, the one that tells more counts.</summary>
    public ApiFieldRecorder Add(
        string name, ReadOnlySpan<string> aliases, ApiFieldKind kind, Need need, long least = 0, long most = long.MaxValue)
    {
        var inner = kind is ApiFieldKind.Object or ApiFieldKind.Objects ? new ApiFieldRecorder() : null;
        var at = _fields.FindIndex(field => field.Name == name);
        if (at < 0)
            _fields.Add(new(name, aliases.ToArray(), kind, need, least, most, inner));
        else if (kind != ApiFieldKind.Any && _fields[at].Kind != ApiFieldKind.Any)
            throw new InvalidOperationException($"{name} is read as two kinds.");
        return inner ?? this;
    }
}
