using Parley.Conformance.Tests.Support;
using Parley.Rtm.Backend;
using Parley.Rtm.Sdk.Tests.Transport;

namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>A back end against a gate that does what the test says.</summary>
internal static class BackendFixture
{
    public static RtmBackendClient Client(FakeGate gate, Action<RtmBackendOptions>? change = null)
    {
        var options = new RtmBackendOptions { Endpoint = gate.Endpoint, Pid = 11000001, Secret = "8f1d2c3b-4a5e-4f60-9a7b-0c1d2e3f4a5b" };
        change?.Invoke(options);
        return new RtmBackendClient(options);
    }

    /// <summary>The next quest, which must be this one, answered with these.</summary>
    public static async Task<Map> ServeAsync(this FakePeer peer, string method, params (string Key, object? Value)[] answer)
    {
        var quest = await peer.ExpectAsync(method);
        await peer.AnswerAsync(quest, answer);
        return quest.Body;
    }

    public static (string Key, object? Value)[] Push(long from, long to, long mid, string text = "hi") =>
    [
        ("from", from), ("to", to), ("mid", mid), ("mtype", 30), ("ftype", 0), ("msg", text), ("attrs", ""),
        ("mtime", 1_556_446_799_140), ("pid", 11000001),
    ];
}
