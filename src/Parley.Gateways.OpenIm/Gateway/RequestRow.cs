namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>Takes one request; completes when the next one of the connection may be taken.</summary>
internal delegate ValueTask RequestHandler(GatewayCall call);

/// <summary>One request that clients make (openim.md §8.5).</summary>
/// <param name="identifier">ReqIdentifier; 0 = every other.</param>
/// <param name="name">A word for the figures.</param>
/// <param name="handler">What it does.</param>
internal sealed class RequestRow(int identifier, string name, RequestHandler handler)
{
    private long _succeeded;
    private long _failed;

    public int Identifier => identifier;

    public string Name => name;

    public RequestHandler Handler => handler;

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    public void Count(bool ok) => Interlocked.Increment(ref ok ? ref _succeeded : ref _failed);
}
