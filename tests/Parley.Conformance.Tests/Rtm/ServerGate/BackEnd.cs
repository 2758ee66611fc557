using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>How a back end signs.</summary>
public enum SignForm
{
    /// <summary>Without a time, as SDKs did until October 2019.</summary>
    Legacy,

    /// <summary>With method and time.</summary>
    Timed,
}

/// <summary>A back end of one project: a peer that signs every quest.</summary>
public sealed class BackEnd : IAsyncDisposable
{
    public const string Secret = "secret";

    private static long _salts = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    private readonly SignForm _form;

    public BackEnd(RtmPeer peer, long pid, SignForm form = SignForm.Legacy)
    {
        Peer = peer;
        Pid = pid;
        _form = form;
        peer.OnPush += Told.Enqueue;
    }

    public RtmPeer Peer { get; }

    public long Pid { get; }

    /// <summary>Every push so far, taken or not.</summary>
    public ConcurrentQueue<Package> Told { get; } = new();

    public static long NewSalt() => Interlocked.Increment(ref _salts);

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public static async Task<BackEnd> ConnectAsync(IPEndPoint gate, long pid, SignForm form = SignForm.Legacy) =>
        new(await RtmPeer.ConnectAsync(gate), pid, form);

    /// <summary>The sign as rtm-server.md §1.3 describes it.</summary>
    public static string Sign(long pid, string secret, long salt, string method, long? ts)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{pid}:{secret}:{salt}");
        if (ts is not null)
            text += string.Create(CultureInfo.InvariantCulture, $":{method}:{ts}");
        return Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The common parameters of a quest.</summary>
    public static (string Key, object? Value)[] Common(long pid, string method, SignForm form, string secret = Secret)
    {
        var salt = NewSalt();
        if (form == SignForm.Legacy)
            return [("pid", pid), ("sign", Sign(pid, secret, salt, method, ts: null)), ("salt", salt)];
        var ts = Now;
        return [("pid", pid), ("sign", Sign(pid, secret, salt, method, ts)), ("salt", salt), ("ts", ts)];
    }

    /// <summary>The parameters with a good sign before them.</summary>
    public (string Key, object? Value)[] Signed(string method, params (string Key, object? Value)[] parameters) =>
        [.. Common(Pid, method, _form), .. parameters];

    public Task<Map> OkAsync(string method, params (string Key, object? Value)[] parameters) =>
        Peer.OkAsync(method, Signed(method, parameters));

    public Task DoneAsync(string method, params (string Key, object? Value)[] parameters) =>
        Peer.DoneAsync(method, Signed(method, parameters));

    public Task FailAsync(int code, string method, params (string Key, object? Value)[] parameters) =>
        Peer.FailAsync(code, method, Signed(method, parameters));

    /// <summary>The answer's one key <c>ok</c>.</summary>
    public async Task<bool> AskAsync(string method, params (string Key, object? Value)[] parameters)
    {
        var answer = await OkAsync(method, parameters);
        Assert.Equal(["ok"], answer.Keys);
        return answer.Bool("ok");
    }

    /// <summary>Each of the parameters is needed, and none may be of a wrong type.</summary>
    public async Task NeedsAsync(string method, params (string Key, object? Value)[] parameters)
    {
        foreach (var (key, _) in parameters)
        {
            await FailAsync(10009, method, parameters.Without(key));
            await FailAsync(10009, method, parameters.With(key, null));
            await FailAsync(10010, method, parameters.With(key, true));
        }
    }

    public ValueTask DisposeAsync() => Peer.DisposeAsync();
}

/// <summary>Names the functions and pushes of the server document that a test is about.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CoversServerAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
