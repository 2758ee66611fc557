using System.Security.Cryptography;
using System.Text;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

/// <summary>Adds the common parameters with a fresh signature to every quest (rtm-server §1.2, §1.3).</summary>
internal sealed class QuestSigner(long pid, string secret, bool legacy, TimeProvider time)
{
    public void Sign(FpnnMapWriter map, string method)
    {
        // Random, so that several processes never sign alike.
        var salt = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
        var ts = time.GetUtcNow().ToUnixTimeSeconds();
        map.Add("pid"u8, pid).Add("sign"u8, Hash(salt, method, ts)).Add("salt"u8, salt);
        if (!legacy)
            map.Add("ts"u8, ts);
    }

    internal string Hash(long salt, string method, long ts)
    {
        var text = legacy ? $"{pid}:{secret}:{salt}" : $"{pid}:{secret}:{salt}:{method}:{ts}";
        return Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
