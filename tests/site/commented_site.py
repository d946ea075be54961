"""A site.yaml as a technician writes it, with comments everywhere."""

COMMENTED = """\
# Our town, in git
site: {name: Ville d'exemple, timezone: Europe/Paris, language: fr}   # who
policy: {profile: statistics}

cameras:
  # the north quay
  quai:                                  # the camera's name
    label: Quai Nord
    source: rtsp://user:${QUAI_PASSWORD}@192.0.2.10/main   # main stream
    sub_source: rtsp://user:${QUAI_PASSWORD}@192.0.2.10/sub
    space: public-road                   # legal nature
    rate: 5                              # analysed frames a second
    classes: [person, bicycle]           # what is counted
    masks: [[[0, 0], [0.3, 0], [0.3, 0.2], [0, 0.2]]]  # the house
    lines:   # where we count
      # over the bridge
      pont:
        points: [[0.1, 0.5], [0.9, 0.5]] # relative
        directions: [vers le port, vers la gare]
    zones:
      terrasse: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: waiting}

  # the market, from above
  marche:
    label: "Marché : place"
    source: clips/marche.mp4
    anchor: centre
    lines: {} # none yet
# the end
"""
