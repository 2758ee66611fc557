using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Parley.Outgoing.Http;

/// <summary>How one service is called.</summary>
internal sealed record OutgoingHttpOptions
{
    /// <summary>The service's name in the log.</summary>
    public required string Name { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Attempts after the first one.</summary>
    public required int Retries { get; init; }

    /// <summary>Wait before the first retry; doubled for each further one, with jitter.</summary>
    public required TimeSpan RetryDelay { get; init; }

    /// <summary>The longest wait before a retry, also when the service asks for more.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls at once; further ones wait.</summary>
    public required int Parallel { get; init; }

    /// <summary>Calls that may wait; beyond it they fail at once.</summary>
    public int Waiting { get; init; } = 10_000;

    /// <summary>Longest answer in bytes; a longer one is a failure.</summary>
    public int AnswerBytes { get; init; } = 1024 * 1024;

    /// <summary>Whether nothing but HTTP/2 is spoken, over http without asking first (prior knowledge).</summary>
    public bool IsHttp2 { get; init; }

    /// <summary>Attempts within half a minute after which, when half of them failed, the service is left alone; 0 = never.</summary>
    public int BreakAfter { get; init; }

    /// <summary>How long the service is left alone.</summary>
    public TimeSpan Break { get; init; }
}

/// <summary>An answer of a service.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
internal sealed record HttpReply(HttpStatusCode Status, byte[] Body)
{
    /// <summary>How long the service asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the status is one of success.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => (int)Status >= 500 || Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
}

/// <summary>There was no usable answer; the message is for the log and names no address, token or text.</summary>
internal sealed class OutgoingException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Calls one service over HTTP: a limit of calls at once, a timeout for each attempt, retries with growing and jittered waits, and (when
/// asked for) a circuit breaker. Answers are read whole, up to a limit.
/// </summary>
internal sealed class OutgoingHttp : IDisposable
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(30);

    private readonly OutgoingHttpOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _client;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline<HttpReply> _pipeline;
    private int _waiting;

    public OutgoingHttp(OutgoingHttpOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _slots = new(options.Parallel);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        };
        _client = new(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _pipeline = MakePipeline();
    }

    /// <summary>Calls the service. The request is made anew for each attempt.</summary>
    /// <exception cref="OutgoingException">No usable answer, also not when tried again; or the service is left alone for a while.</exception>
    public async ValueTask<HttpReply> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > _options.Waiting + _options.Parallel)
        {
            Interlocked.Decrement(ref _waiting);
            throw new OutgoingException($"{_options.Name}: too many calls wait");
        }
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                return await _pipeline.ExecuteAsync(
                    static (state, token) => state.Self.AttemptAsync(state.Make, token), (Self: this, Make: make), cancellationToken);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw new OutgoingException($"{_options.Name}: {ReasonOf(exception)}", exception);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }

    private static bool IsFailure(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or TimeoutRejectedException or BrokenCircuitException;

    // the messages of these exceptions may hold addresses; what they are is enough
    private static string ReasonOf(Exception exception) => exception switch
    {
        TimeoutRejectedException => "no answer in time",
        BrokenCircuitException => "left alone after failures",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the answer is too long",
        HttpRequestException http => $"no answer ({http.HttpRequestError})",
        _ => "the connection broke",
    };

    private static bool IsTransient(Outcome<HttpReply> outcome) => outcome.Exception switch
    {
        null => outcome.Result is { IsTransient: true },
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => false,
        HttpRequestException or IOException or SocketException or TimeoutRejectedException => true,
        _ => false,
    };

    private ResiliencePipeline<HttpReply> MakePipeline()
    {
        var builder = new ResiliencePipelineBuilder<HttpReply> { TimeProvider = _time };
        if (_options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpReply>
            {
                MaxRetryAttempts = _options.Retries,
                Delay = _options.RetryDelay,
                MaxDelay = _options.LongestRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => new(IsTransient(arguments.Outcome)),
                DelayGenerator = arguments => new(DelayAskedFor(arguments.Outcome.Result)),
            });
        }
        if (_options.BreakAfter > 0)
        {
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpReply>
            {
                FailureRatio = 0.5,
                MinimumThroughput = _options.BreakAfter,
                SamplingDuration = Sampling,
                BreakDuration = _options.Break,
                ShouldHandle = static arguments => new(IsTransient(arguments.Outcome)),
                OnOpened = _ => Log(_logger.ServiceLeftAlone),
                OnClosed = _ => Log(_logger.ServiceBack),
            });
        }
        return builder.AddTimeout(_options.Timeout).Build();

        ValueTask Log(Action<string> line)
        {
            line(_options.Name);
            return default;
        }
    }

    // null = the strategy's own wait
    private TimeSpan? DelayAskedFor(HttpReply? reply)
    {
        if (reply?.RetryAfter is not { } asked)
            return null;
        return asked < _options.LongestRetryDelay ? asked : _options.LongestRetryDelay;
    }

    private async ValueTask<HttpReply> AttemptAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var request = make();
        if (_options.IsHttp2)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var body = await ReadAsync(response.Content, cancellationToken);
        return new(response.StatusCode, body) { RetryAfter = RetryAfterOf(response) };
    }

    private async ValueTask<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > _options.AnswerBytes)
            throw TooLong();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + count > _options.AnswerBytes)
                throw TooLong();
            body.Write(buffer, 0, count);
        }
        return body.ToArray();
    }

    private static HttpRequestException TooLong() => new(HttpRequestError.ConfigurationLimitExceeded, "The answer is too long.");

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } retry)
            return null;
        var wait = retry.Delta ?? retry.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
