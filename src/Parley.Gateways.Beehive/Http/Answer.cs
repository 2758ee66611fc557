using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// The answer to a call while it is written: a JSON object whose last members are <c>code</c> and <c>errmsg</c>. It is sent as a whole, with
/// its length, unless it is long and its parts are sent before.
/// </summary>
internal sealed class Answer : IAsyncDisposable
{
    private const string ContentType = "application/json; charset=utf-8";
    private const int PartBytes = 32 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // tokens hold plus signs, which clients want as they are
        SkipValidation = true,
    };

    private readonly HttpContext _context;
    private readonly PooledBufferWriter _output = new();
    private bool _isBegun;

    public Answer(HttpContext context)
    {
        _context = context;
        Json = new(_output, Options);
        Json.WriteStartObject();
    }

    /// <summary>Takes the members before <c>code</c>.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Sends what was written, when that is much. The status is 200 then, and what fails afterwards cuts the answer off.</summary>
    public async ValueTask SendPartAsync()
    {
        if (_output.WrittenCount + Json.BytesPending < PartBytes)
            return;
        Json.Flush();
        if (!_isBegun)
            Begin(StatusCodes.Status200OK);
        await SendAsync();
        _output.Clear();
    }

    /// <summary>Ends the answer. Of a refusal nothing is sent but the outcome.</summary>
    public async ValueTask CompleteAsync(int status, Outcome outcome)
    {
        if (!outcome.IsOk && _isBegun)
        {
            _context.Abort(); // nobody takes half an answer for a whole one
            return;
        }
        if (!outcome.IsOk)
        {
            Json.Reset();
            _output.Clear();
            Json.WriteStartObject();
        }
        Json.WriteNumber("code"u8, (uint)outcome.Code);
        Json.WriteString("errmsg"u8, outcome.Text);
        Json.WriteEndObject();
        Json.Flush();
        if (!_isBegun)
        {
            Begin(status);
            _context.Response.ContentLength = _output.WrittenCount;
        }
        await SendAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Json.DisposeAsync();
        _output.Dispose();
    }

    private void Begin(int status)
    {
        _isBegun = true;
        var response = _context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private async ValueTask SendAsync() => await _context.Response.Body.WriteAsync(_output.WrittenMemory, _context.RequestAborted);
}
