using System.Text.RegularExpressions;
using Parley.Gateways.GoIm.Messages;

namespace Parley.Gateways.Tests.GoIm;

public sealed partial class PushIdTests
{
    private const long LastPosition = (1L << 60) - 1;

    private readonly PushId _ids = new("secret");

    [Fact]
    public void A_place_becomes_a_version_4_UUID_and_comes_back()
    {
        long[] edges = [1, 2, 0xFFF, 0x1000, 1L << 31, 1L << 32, 1L << 48, LastPosition - 1, LastPosition];
        foreach (var position in edges.Concat(Enumerable.Range(1, 20_000).Select(i => i * 57_646_075_230_342L)))
        {
            var id = _ids.Of(position);
            Assert.Matches(Version4(), id.ToString("D"));
            Assert.True(_ids.TryGetPosition(id, out var back));
            Assert.Equal(position, back);
        }
    }

    [Fact]
    public void A_hundred_thousand_places_in_a_row_have_as_many_UUIDs_that_look_nothing_alike()
    {
        const int Count = 100_000;
        var ids = Enumerable.Range(1, Count).Select(position => _ids.Of(position).ToString("D")).ToArray();
        Assert.Equal(Count, ids.Distinct().Count());
        Assert.Equal(Count, ids.Select(id => id[..18]).Distinct().Count());
        Assert.InRange(ids.Select(id => id[..8]).Distinct().Count(), Count - 100, Count);
        Assert.InRange(ids.Select(id => id[^8..]).Distinct().Count(), Count - 100, Count);
    }

    [Fact]
    public void The_same_place_has_the_same_UUID_for_one_secret_and_another_for_another()
    {
        var again = new PushId("secret");
        var other = new PushId("Secret");
        for (var position = 1; position < 1000; position++)
        {
            Assert.Equal(_ids.Of(position), again.Of(position));
            Assert.NotEqual(_ids.Of(position), other.Of(position));
            Assert.False(_ids.TryGetPosition(other.Of(position), out _));
        }
    }

    [Fact]
    public void A_UUID_that_is_not_ours_is_refused_also_when_one_bit_is_wrong()
    {
        for (var i = 0; i < 100_000; i++)
            Assert.False(_ids.TryGetPosition(Guid.NewGuid(), out _));
        Assert.False(_ids.TryGetPosition(Guid.Empty, out _));
        var good = _ids.Of(4711).ToByteArray();
        for (var bit = 0; bit < 128; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_ids.TryGetPosition(new Guid(bad), out _));
        }
    }

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", RegexOptions.None, 1000)]
    private static partial Regex Version4();
}
