using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Webhooks;

/// <summary>One thing that a webhook told of.</summary>
public sealed record Told(JsonElement Json, bool IsRedelivery)
{
    public string Id => Text("id");

    public string Kind => Text("kind");

    public long Sequence => Number("seq");

    public long Mid => Number("mid");

    public bool IsMessage => Kind == "message";

    /// <summary>As <see cref="Faults.Talker"/> names conversations.</summary>
    public string Conversation => Text("conversation") switch
    {
        "p2p" => Faults.Talker.P2P(Number("from"), Number("to")),
        "group" => Faults.Talker.Group(Number("gid")),
        "room" => Faults.Talker.Room(Number("rid")),
        var other => throw new Xunit.Sdk.XunitException($"Unknown conversation {other}"),
    };

    public string Text(string key) => Json.GetProperty(key).GetString()!;

    public long Number(string key) => long.Parse(Text(key));
}

/// <summary>A back end that checks each request as docs/webhooks.md tells receivers to, and keeps what it took.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "sec-ret-of-the-hook";
    public const string PathToken = "tok-en-in-the-path";

    private readonly Channel<Told> _taken = Channel.CreateUnbounded<Told>();
    private readonly List<Told> _all = [];
    private readonly List<string> _faults = [];
    private readonly Socket _place;
    private readonly int _port;
    private WebApplication? _app;
    private int _requests;

    private WebhookReceiver(Socket place) => (_place, _port) = (place, ((IPEndPoint)place.LocalEndPoint!).Port);

    public string Url => $"http://127.0.0.1:{_port}/{PathToken}";

    /// <summary>What the request with this number (from 1) is answered; a negative one is not answered at all.</summary>
    public Func<int, int> Answer { get; set; } = static _ => 200;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>All that was taken so far, doubles included.</summary>
    public IReadOnlyList<Told> All
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    /// <summary>What was wrong with requests.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_all)
                return [.. _faults];
        }
    }

    /// <summary>Takes a port; nobody listens there until <see cref="OpenAsync"/>.</summary>
    public static WebhookReceiver Closed()
    {
        // bound, and not listening: connections are refused, and no other program gets the port meanwhile
        var place = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = true };
        place.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new(place);
    }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = Closed();
        await receiver.OpenAsync();
        return receiver;
    }

    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Run(TakeAsync);
        _place.Dispose();
        await _app.StartAsync();
    }

    /// <summary>The next thing taken.</summary>
    public Task<Told> NextAsync() => Wait.For(_taken.Reader.ReadAsync().AsTask(), "a delivery");

    public bool HasMore => _taken.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        _place.Dispose();
        if (_app is null)
            return;
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, context.RequestAborted);
        var body = memory.ToArray();
        Check(context.Request, body);
        var status = Answer(Interlocked.Increment(ref _requests));
        if (status < 0)
        {
            var never = new TaskCompletionSource();
            await using var gone = context.RequestAborted.Register(never.SetResult);
            await never.Task;
            return;
        }
        if (status is >= 200 and < 300)
            Keep(body);
        context.Response.StatusCode = status;
    }

    private void Check(HttpRequest request, byte[] body)
    {
        var timestamp = request.Headers["Parley-Timestamp"].ToString();
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        var expected = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        var age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(timestamp);
        lock (_all)
        {
            if (request.Headers["Parley-Signature"] != expected)
                _faults.Add("a wrong signature");
            if (age is < -5 or > 60)
                _faults.Add($"signed {age} s ago");
            if (request.Method != "POST" || request.Path != "/" + PathToken)
                _faults.Add($"{request.Method} {request.Path}");
        }
    }

    private void Keep(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement.Clone();
        lock (_all)
        {
            foreach (var delivery in root.GetProperty("deliveries").EnumerateArray())
            {
                var told = new Told(delivery, root.GetProperty("redelivery").GetBoolean());
                _all.Add(told);
                _taken.Writer.TryWrite(told);
            }
        }
    }
}
