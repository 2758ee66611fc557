using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace Parley.Bench.Client;

/// <summary>An encoded HTTP POST of a back end that sends one message. Only what must be new each time is written anew; allocates nothing.</summary>
internal abstract class PostTemplate
{
    private readonly byte[] _bytes;

    private PostTemplate(IPEndPoint door, string path, string headers, string body) => _bytes = Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: {door}\r\nContent-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"));

    /// <summary>Length of the request in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary><c>sendmsg</c> at the server gate, signed.</summary>
    public static PostTemplate ToGate(IPEndPoint door, long projectId, string secret, long from, long to, int bodyBytes) =>
        new Gate(door, projectId, secret, from, to, bodyBytes);

    /// <summary><c>/manager/send_msg</c> of OpenIM.</summary>
    public static PostTemplate ToOpenIm(IPEndPoint door, string token, long from, long to, int bodyBytes) =>
        new OpenIm(door, token, from, to, bodyBytes);

    /// <summary>Writes the request.</summary>
    /// <param name="target">Room of <see cref="Length"/>.</param>
    /// <param name="number">Never the same twice; nineteen digits.</param>
    /// <param name="seconds">Unix seconds.</param>
    public virtual void Write(Span<byte> target, long number, long seconds) => _bytes.CopyTo(target);

    /// <summary>Why an answer is none of success; null when it is.</summary>
    public abstract string? ErrorOf(ReadOnlySpan<byte> body);

    private static string Text(int bytes) => Encoding.ASCII.GetString(QuestTemplate.Body(bytes));

    private int After(string text) => _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) + text.Length;

    private sealed class Gate : PostTemplate
    {
        private const string Number = "1000000000000000000";
        private const string Seconds = "1000000000";

        private readonly QuestSignature _signature;
        private readonly int _sign;
        private readonly int _salt;
        private readonly int _time;
        private readonly int _mid;

        public Gate(IPEndPoint door, long projectId, string secret, long from, long to, int bodyBytes)
            : base(door, "/service/sendmsg", "", string.Create(CultureInfo.InvariantCulture, $$"""{"pid":{{projectId}},"sign":"{{new string('0', QuestSignature.Length)}}","salt":{{Number}},"ts":{{Seconds}},"from":{{from}},"to":{{to}},"mid":{{Number}},"mtype":51,"msg":"{{Text(bodyBytes)}}","attrs":""}"""))
        {
            _signature = new(projectId, secret, "sendmsg");
            (_sign, _salt, _time, _mid) = (After("\"sign\":\""), After("\"salt\":"), After("\"ts\":"), After("\"mid\":"));
        }

        public override void Write(Span<byte> target, long number, long seconds)
        {
            base.Write(target, number, seconds);
            Utf8Formatter.TryFormat(number, target[_salt..], out _);
            Utf8Formatter.TryFormat(number, target[_mid..], out _);
            Utf8Formatter.TryFormat(seconds, target[_time..], out _);
            _signature.Write(target[_sign..], number, seconds);
        }

        public override string? ErrorOf(ReadOnlySpan<byte> body) =>
            body.IndexOf("\"mtime\""u8) >= 0 ? null : Encoding.UTF8.GetString(body);
    }

    private sealed class OpenIm(IPEndPoint door, string token, long from, long to, int bodyBytes)
        : PostTemplate(door, "/manager/send_msg", $"token: {token}\r\n", string.Create(CultureInfo.InvariantCulture, $$$"""{"operationID":"bench","sendID":"{{{from}}}","recvID":"{{{to}}}","senderNickname":"bench","content":{"text":"{{{Text(bodyBytes)}}}"},"contentType":101,"sessionType":1}"""))
    {
        public override string? ErrorOf(ReadOnlySpan<byte> body) =>
            body.IndexOf("\"errCode\":0,"u8) >= 0 ? null : Encoding.UTF8.GetString(body);
    }
}
