using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Cloud;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// The points that the cloud's database can be restored to. What has reached the archive is the furthest that a restore goes
/// back; what every stream had there is published as durable.
/// </summary>
sealed class Backups(World world)
{
    const int Kept = 12;

    readonly List<Point> points = [];
    int archived = -1;

    /// <summary>A point now, to go back to.</summary>
    public Point Take()
    {
        var point = new Point(world.Database.TakeImage(), world.Checker.Cloud);
        points.Add(point);
        return point;
    }

    /// <summary>The database goes back there, unless what came later is in the archive, or nothing goes back any more.</summary>
    public bool Restore(Point point)
    {
        var index = points.IndexOf(point);
        if (index < 0 || index < archived) return false;
        world.Database.Put(points[index].Image, noticed: true);
        world.Checker.Restored(points[index].Truth);
        points.RemoveRange(index + 1, points.Count - index - 1);
        return true;
    }

    /// <summary>One moment; two of them are two points also where nothing happened in between.</summary>
    public sealed class Point(CloudImage image, CloudTruth truth)
    {
        public CloudImage Image => image;

        public CloudTruth Truth => truth;
    }

    /// <summary>What no restore takes back; null before anything was archived.</summary>
    public CloudTruth? Durable { get; private set; }

    public void Run()
    {
        if (!world.FaultsLast) return;
        var point = new Point(world.Database.TakeImage(), world.Checker.Cloud);
        points.Add(point);
        world.Queue.After(world.Chance.Seconds(20, 150), () => Archive(point));
        if (points.Count > Kept)
        {
            points.RemoveAt(0);
            archived = Math.Max(-1, archived - 1);
        }

        world.Queue.After(world.Chance.Seconds(15, 60), Run);
    }

    void Archive(Point point)
    {
        var index = points.IndexOf(point);
        if (index <= archived || world.DatabaseIsAway) return;
        archived = index;
        Durable = point.Truth;
        world.Database.PublishDurable(point.Image);
        world.Tally.Add("durable mark");
    }

    /// <summary>What operators did since is not to be lost with a restore: they would do it again.</summary>
    public void Forget()
    {
        points.Clear();
        archived = -1;
    }

    /// <summary>The database goes back to a point that the archive reaches, or to the last one.</summary>
    public bool Restore(bool toLast, bool noticed)
    {
        if (points.Count == 0 || (!toLast && archived < 0)) return false;
        var index = toLast ? points.Count - 1 : world.Chance.Between(archived, points.Count - 1);
        world.Database.Put(points[index].Image, noticed);
        world.Checker.Restored(points[index].Truth);
        points.RemoveRange(index + 1, points.Count - index - 1);
        return true;
    }
}
