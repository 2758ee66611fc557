using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core;
using Parley.Core.Cluster;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Storage.Sqlite;
using Parley.Testing;

namespace Parley.Gateways.Tests.Rtm;

/// <summary>The sign of a quest is checked without allocating (rtm-server.md §1.3).</summary>
public sealed class ServerSignTests
{
    private const int Rounds = 1000;
    private const string Secret = "secret";

    [Fact]
    public void Computing_and_comparing_a_sign_allocates_nothing()
    {
        var sign = new byte[ServerSign.Length];
        var text = new byte[2 * ServerSign.Length];
        foreach (var time in new long?[] { null, 1_700_000_000 })
        {
            Assert.Equal(0, AllocatedBy(salt =>
            {
                ServerSign.Compute(1000, Secret, salt, "sendmsg", time, sign);
                Convert.TryToHexString(sign, text, out _);
                var same = ServerSign.IsSame(text, sign);
                sign[0] ^= 1;
                return same && !ServerSign.IsSame(text, sign) ? 0 : 1;
            }));
        }
    }

    [Theory]
    [InlineData(false, 0)] // the older form of the sign
    [InlineData(true, 0)]
    [InlineData(true, Rounds / 2)] // remembered, so that it is good once; full, as it is after a while, it grows no more
    public async Task Letting_a_back_end_in_allocates_nothing(bool isTimed, int remembered)
    {
        var directory = Directory.CreateTempSubdirectory("parley-sign-").FullName;
        try
        {
            var time = new ManualTimeProvider();
            await using var store = await SqliteStore.OpenAsync(
                new() { Path = Path.Combine(directory, "parley.db") }, time, NullLoggerFactory.Instance, CancellationToken.None);
            await using var core = new ParleyCore(store, new(), new InProcessBackplane(), time, NullLoggerFactory.Instance);
            await core.StartAsync(CancellationToken.None);
            await core.Projects.SaveAsync(
                new() { Id = 1000, Secret = Secret, Settings = new() { RememberedSigns = remembered } }, CancellationToken.None);
            var guard = new BackEndGuard(core.Projects, time);
            var sign = new byte[ServerSign.Length];
            var text = new byte[2 * ServerSign.Length];
            long? seconds = isTimed ? time.GetUtcNow().ToUnixTimeSeconds() : null;
            Assert.Equal(0, AllocatedBy(salt =>
            {
                ServerSign.Compute(1000, Secret, salt, "sendmsg", seconds, sign);
                Convert.TryToHexString(sign, text, out _);
                return guard.Check(new(1000, salt, seconds), text, "sendmsg", 1, out _, out _);
            }));
            text[0] ^= 1;
            Assert.NotEqual(0, guard.Check(new(1000, 1, seconds), text, "sendmsg", 1, out _, out _));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Bytes that many calls allocate on this thread; none of the calls may fail with an error.</summary>
    private static long AllocatedBy(Func<long, int> call)
    {
        var errors = 0;
        var allocated = Allocations.Least(Rounds, salt => errors += call(salt));
        Assert.Equal(0, errors);
        return allocated;
    }
}
