using Microsoft.Extensions.Logging;
using Parley.Core.Files;
using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core;

/// <summary>Retires messages and files as projects demand, and forgets expired tokens, bans and kept broadcasts, a little at a time.</summary>
internal sealed class Upkeep(
    IStore store, ProjectDirectory projects, FileService? files, CoreSettings settings, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private const int Chunk = 500;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    /// <summary>One round over everything.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var project in projects.All)
        {
            var days = project.Settings.RetentionDays;
            var count = project.Settings.RetentionCount;
            if (days <= 0 && count <= 0)
                continue;
            var before = days > 0 ? now - (days * 86_400_000L) : 0;
            var total = 0;
            int retired;
            do
            {
                retired = await store.Messages.RetireAsync(project.Id, before, count, Chunk, cancellationToken);
                total += retired;
            }
            while (retired >= Chunk);
            if (total > 0)
                logger.Retired(total, project.Id);
            while (await store.Inboxes.TrimAsync(project.Id, before, Chunk, cancellationToken) >= Chunk)
            {
            }
        }
        while (await store.Users.PurgeTokensAsync(now, Chunk, cancellationToken) >= Chunk)
        {
        }
        while (await store.AccessTokens.PurgeAsync(now / 1000, Chunk, cancellationToken) >= Chunk)
        {
        }
        while (await store.Bans.PurgeAsync(now, Chunk, cancellationToken) >= Chunk)
        {
        }
        while (await store.Rooms.PurgeBroadcastsAsync(now, Chunk, cancellationToken) >= Chunk)
        {
        }
        if (files is not null)
            await files.UpkeepAsync(projects.All, cancellationToken);
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.UpkeepSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                try
                {
                    await RunOnceAsync(_stopping.Token);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.UpkeepFailed(exception, settings.UpkeepSeconds);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }
}
