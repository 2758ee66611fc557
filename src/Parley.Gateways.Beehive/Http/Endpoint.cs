namespace Parley.Gateways.Beehive.Http;

/// <summary>Who may call.</summary>
internal enum CallAccess : byte
{
    /// <summary>Operators: known networks, or the secret header.</summary>
    Operator,

    /// <summary>Everybody, at a limited pace.</summary>
    Public,
}

/// <summary>Serves a call: writes the members of the answer before <c>code</c>, which count only when the outcome is good.</summary>
internal delegate ValueTask<Outcome> EndpointHandler(EndpointCall call);

/// <summary>A row of the table of the HTTP interface.</summary>
internal sealed class Endpoint(string section, string path, string option, string action, EndpointHandler handler)
{
    /// <summary>As an action: whatever it is. Interfaces without an action do not look at it.</summary>
    public const string Any = "*";

    private long _succeeded;
    private long _failed;

    /// <summary>The number of the interface in the document (<c>1.1</c>); also the name in logs and metrics.</summary>
    public string Section { get; } = section;

    public string Path { get; } = path;

    /// <summary>The parameter <c>option</c>, or <c>dim</c> of pushes; "" where the path has none.</summary>
    public string Option { get; } = option;

    public string Action { get; } = action;

    public EndpointHandler Handler { get; } = handler;

    public CallAccess Access { get; init; }

    /// <summary>What the failure of the store is called.</summary>
    public Outcome StoreFailure { get; init; } = new(BeehiveCode.DatabaseError, "System error!");

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    public void Count(Outcome outcome) => Interlocked.Increment(ref outcome.IsOk ? ref _succeeded : ref _failed);
}
