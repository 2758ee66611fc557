namespace Parley.Gateways.Beehive.Sessions;

/// <summary>Tells subscribers from time to time how many are in their rooms (beehive.md §10.4, USR-NUM).</summary>
internal sealed class RoomNumbers : IAsyncDisposable
{
    private readonly BeehiveHost _host;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public RoomNumbers(BeehiveHost host)
    {
        _host = host;
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_host.Settings.RoomNumberMilliseconds), _host.Time);
        var counts = new Dictionary<long, int>();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                counts.Clear();
                foreach (var session in _host.Sessions.All)
                {
                    if (session.WantsRoomNumbers)
                        Tell(session, counts);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    private void Tell(BeehiveSession session, Dictionary<long, int> counts)
    {
        foreach (var roomId in _host.Core.Rooms.SeatsOf(session))
        {
            if (!counts.TryGetValue(roomId, out var count))
                counts[roomId] = count = _host.Core.Rooms.CountSessions(session.Project.Id, roomId);
            session.SendRoomNumber(roomId, count);
        }
    }
}
