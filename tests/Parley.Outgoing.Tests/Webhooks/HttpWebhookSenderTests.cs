using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Core.Webhooks;
using Parley.Outgoing.Webhooks;

namespace Parley.Outgoing.Tests.Webhooks;

public sealed class HttpWebhookSenderTests : IDisposable
{
    private const string Secret = "ein Geheimnis ä";

    private readonly HttpWebhookSender _sender = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task A_batch_is_posted_as_json_and_signed()
    {
        await using var receiver = await Receiver.StartAsync(204);
        var url = new Uri(receiver.Url, "/in?x=1");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(new(WebhookOutcome.Accepted, ""), await _sender.SendAsync(Batch(url, Text(41), Text(42)), 3, Token));

        var request = await receiver.NextAsync();
        Assert.Equal(("POST", "/in?x=1"), (request.Method, request.Path));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        Assert.Equal(("41-42", "3"), (request.Headers["Parley-Delivery"], request.Headers["Parley-Attempt"]));
        var timestamp = request.Headers["Parley-Timestamp"];
        Assert.InRange(long.Parse(timestamp), before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. request.Body];
        var expected = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        Assert.Equal(expected, request.Headers["Parley-Signature"]);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal(["41", "42"], json.RootElement.GetProperty("deliveries").EnumerateArray().Select(d => d.GetProperty("id").GetString()));
    }

    [Fact]
    public void The_signature_is_what_is_published()
    {
        // computed with another implementation: printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        Assert.Equal(
            "v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae", WebhookSignature.Compute("key"u8, 1_700_000_000, "{}"u8));
        Assert.NotEqual(WebhookSignature.Compute("key"u8, 1_700_000_000, "{}"u8), WebhookSignature.Compute("key"u8, 1_700_000_001, "{}"u8));
        Assert.NotEqual(WebhookSignature.Compute("key"u8, 1_700_000_000, "{}"u8), WebhookSignature.Compute("Key"u8, 1_700_000_000, "{}"u8));
    }

    [Theory]
    [InlineData(200, WebhookOutcome.Accepted, "")]
    [InlineData(299, WebhookOutcome.Accepted, "")]
    [InlineData(300, WebhookOutcome.Failed, "status 300")]
    [InlineData(400, WebhookOutcome.Failed, "status 400")]
    [InlineData(409, WebhookOutcome.Failed, "status 409")]
    [InlineData(410, WebhookOutcome.Gone, "status 410")]
    [InlineData(411, WebhookOutcome.Failed, "status 411")]
    [InlineData(429, WebhookOutcome.Failed, "status 429")]
    [InlineData(500, WebhookOutcome.Failed, "status 500")]
    public async Task The_status_decides(int status, WebhookOutcome outcome, string reason)
    {
        await using var receiver = await Receiver.StartAsync(status);
        Assert.Equal(new(outcome, reason), await _sender.SendAsync(Batch(receiver.Url, Text(1)), 1, Token));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var other = await Receiver.StartAsync(200);
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Url.ToString();
            return Task.CompletedTask;
        });
        Assert.Equal(new(WebhookOutcome.Failed, $"status {status}"), await _sender.SendAsync(Batch(receiver.Url, Text(1)), 1, Token));
        Assert.False(other.HasMore);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_has_failed()
    {
        var never = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(_ => never.Task);
        var reply = await _sender.SendAsync(Batch(receiver.Url, Text(1), timeout: TimeSpan.FromMilliseconds(200)), 1, Token);
        Assert.Equal(new(WebhookOutcome.Failed, "no answer in time"), reply);
        never.SetResult();
    }

    [Fact]
    public async Task The_body_of_an_answer_is_not_waited_for()
    {
        var never = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("part"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await never.Task;
        });
        Assert.Equal(WebhookOutcome.Accepted, (await _sender.SendAsync(Batch(receiver.Url, Text(1)), 1, Token)).Outcome);
        never.SetResult();
    }

    [Fact]
    public async Task Nobody_there_has_failed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var reply = await _sender.SendAsync(Batch(new($"http://127.0.0.1:{port}/"), Text(1)), 1, Token);
        Assert.Equal(new(WebhookOutcome.Failed, "ConnectionError"), reply);
    }

    [Fact]
    public async Task A_receiver_that_speaks_no_http_or_hangs_up_has_failed()
    {
        foreach (var bytes in new byte[][] { "no http at all\r\n\r\n"u8.ToArray(), [] })
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var answering = AnswerAsync(listener, bytes);
            var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            Assert.Equal(WebhookOutcome.Failed, (await _sender.SendAsync(Batch(url, Text(1)), 1, Token)).Outcome);
            await answering;
        }
    }

    [Fact]
    public async Task Giving_up_ends_the_attempt()
    {
        var never = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(_ => never.Task);
        using var giveUp = new CancellationTokenSource();
        var sending = _sender.SendAsync(Batch(receiver.Url, Text(1)), 1, giveUp.Token).AsTask();
        await receiver.NextAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        never.SetResult();
    }

    [Fact]
    public async Task Every_sort_of_delivery_is_written_as_documented()
    {
        await using var receiver = await Receiver.StartAsync(200);
        var project = new Project { Id = long.MaxValue, Secret = "p" };
        var batch = Batch(
            receiver.Url,
            At(9_007_199_254_740_993, Make(ConversationKey.PeerToPeer(1, long.MaxValue, 5), 5, "\"ä\"\n", "{}")),
            At(2, Make(ConversationKey.Group(1, 7), 5, "http://f/1", "", FileKind.Image)),
            At(3, Make(ConversationKey.Room(1, 8), 5, [0, 255], isBinary: true)),
            At(4, Make(ConversationKey.Room(1, 8), 5, [0xC3, 0x28]))) with
        {
            Events = [new(17, new(ListenerEvent.Login, new Visitor(project, 6), 1_700_000_000_123))],
            IsRedelivery = true,
        };
        await _sender.SendAsync(batch, 1, Token);
        Assert.Equal(
            """
            {"webhook":"crm","projectId":"1","redelivery":true,"deliveries":[
            {"id":"e17","kind":"event","event":"login","uid":"6","time":1700000000123,"door":"RtmClient"},
            {"id":"9007199254740993","kind":"message","conversation":"p2p","from":"5","to":"9223372036854775807","seq":"1","mid":"-9","mtype":30,"ftype":0,"msg":"\"ä\"\n","attrs":"{}","mtime":1700000000000},
            {"id":"2","kind":"message","conversation":"group","from":"5","gid":"7","seq":"1","mid":"-9","mtype":30,"ftype":10,"fsize":"0","msg":"http://f/1","attrs":"","mtime":1700000000000},
            {"id":"3","kind":"message","conversation":"room","from":"5","rid":"8","seq":"1","mid":"-9","mtype":30,"ftype":0,"msgBase64":"AP8=","attrs":"","mtime":1700000000000},
            {"id":"4","kind":"message","conversation":"room","from":"5","rid":"8","seq":"1","mid":"-9","mtype":30,"ftype":0,"msgBase64":"wyg=","attrs":"","mtime":1700000000000}]}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString((await receiver.NextAsync()).Body));
    }

    private static async Task AnswerAsync(TcpListener listener, byte[] bytes)
    {
        using var socket = await listener.AcceptSocketAsync(Token);
        await socket.ReceiveAsync(new byte[65_536], Token);
        await socket.SendAsync(bytes, Token);
    }

    private static Message Text(long position) => At(position, Make(ConversationKey.PeerToPeer(1, 5, 6), 5, "hello", ""));

    private static Message At(long position, Message message)
    {
        message.Position = position;
        return message;
    }

    private static Message Make(ConversationKey conversation, long sender, string body, string attributes, FileKind file = FileKind.None) =>
        Make(conversation, sender, Encoding.UTF8.GetBytes(body), attributes: attributes, file: file);

    private static Message Make(
        ConversationKey conversation, long sender, byte[] body, bool isBinary = false, string attributes = "", FileKind file = FileKind.None) => new()
        {
            Conversation = conversation,
            Sender = sender,
            MessageId = -9,
            Type = 30,
            File = file,
            IsBinary = isBinary,
            Body = body,
            Attributes = Encoding.UTF8.GetBytes(attributes),
            Sequence = 1,
            Time = 1_700_000_000_000,
        };

    private static WebhookBatch Batch(Uri url, params Message[] entries) => Batch(url, TimeSpan.FromSeconds(20), entries);

    private static WebhookBatch Batch(Uri url, Message entry, TimeSpan timeout) => Batch(url, timeout, entry);

    private static WebhookBatch Batch(Uri url, TimeSpan timeout, params Message[] entries) => new(
        new()
        {
            Name = "crm",
            ProjectId = 1,
            Url = url,
            Secret = Secret,
            Filter = ListenerFilter.Everything,
            Timeout = timeout,
        },
        [],
        entries,
        IsRedelivery: false);

    private sealed class Visitor(Project project, long userId) : Session(project, userId, "127.0.0.1:1", 0)
    {
        public override string Door => "RtmClient";

        public override void Push(MessageDelivery delivery)
        {
        }

        public override void End(SessionEnd reason)
        {
        }

        public override void OnRemovedFromRoom(long roomId)
        {
        }
    }
}
