namespace Parley.Gateways.OpenIm.Http;

/// <summary>Serves a call: writes the members of the answer beside <c>errCode</c> and <c>errMsg</c>.</summary>
internal delegate ValueTask<Outcome> ApiHandler(ApiCall call);

/// <summary>A row of the table of the API.</summary>
/// <param name="path">The path, case-sensitive.</param>
/// <param name="v2">Serves calls of v2; null = there are none.</param>
/// <param name="v3">Serves calls of v3; null = there are none.</param>
internal sealed class ApiEndpoint(string path, ApiHandler? v2, ApiHandler? v3 = null)
{
    private long _succeeded;
    private long _failed;

    public string Path { get; } = path;

    /// <summary>Whether a call of v2 must bring an operationID.</summary>
    public bool NeedsOperationId { get; init; } = true;

    public bool IsInV2 => v2 is not null;

    public bool IsInV3 => v3 is not null;

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Whether a call is one of v3: by the header where both are served (openim.md §11).</summary>
    public bool IsV3(bool hasHeader) => v3 is not null && (v2 is null || hasHeader);

    public ValueTask<Outcome> HandleAsync(ApiCall call) => (call.IsV3 ? v3 : v2)!(call);

    public void Count(Outcome outcome) => Interlocked.Increment(ref outcome.IsOk ? ref _succeeded : ref _failed);
}
