/**
 * Domains of life, their aspects, and the ordinary words by which people speak of them. Words are separated by spaces, those
 * of a phrase joined by "_"; "+" marks one that by itself tells the domain. The aspects of a domain are what tastes in it are
 * about, so that a question and a preference meet that share no word: "beach" and "snorkelling" are both travel by water.
 */
export const lexicon = {
  food: {
    general:
      "food+ foods+ eat+ eating meal+ meals+ dish+ dishes+ cuisine+ flavour flavor taste tasty delicious hungry ingredient+ ingredients+ menu+ specialty culinary+ foodie+",
    dining:
      "restaurant+ restaurants+ dine+ dining+ diner+ eatery+ eateries+ bistro+ cafe+ brunch+ dinner+ lunch+ supper+ reservation chef+ waiter table buffet+ tasting_menu+ takeaway+ takeout+ delivery fast_food+ food_court food_truck",
    formal:
      "fine_dining+ michelin+ upscale fancy gourmet+ elegant dress_code tasting_menu romantic candlelit white_tablecloth splurge",
    casual:
      "casual diner fast_food+ self-service buffet+ food_truck street_food+ stall stalls vendor night_market takeaway hygiene",
    ambience:
      "noisy loud crowded quiet lively ambience ambiance atmosphere music outdoor_seating patio terrace rooftop view communal waiting queue line touristy chain chains local family-owned tipping service portion portions",
    seafood:
      "seafood+ fish+ shellfish+ shrimp+ prawn+ prawns+ crab+ lobster+ oyster+ oysters+ clam+ mussel+ squid octopus sushi+ sashimi+ salmon+ tuna+ ceviche+ anchovy paella+ raw_fish",
    meat: "meat+ meats+ beef+ steak+ steakhouse+ pork+ bacon+ ham+ lamb+ veal+ chicken+ poultry+ duck+ turkey barbecue+ bbq+ burger+ burgers+ sausage+ brisket+ ribs grill+ grilled red_meat organ_meat offal liver pate",
    plants:
      "vegetarian+ vegan+ plant-based+ plant_based vegetable+ vegetables+ salad+ tofu+ tempeh+ lentils+ beans mushroom mushrooms animal_products meatless halal+ kosher+",
    grain:
      "gluten+ gluten-free+ celiac+ coeliac+ wheat bread+ pasta+ pizza+ noodle+ noodles+ rice+ bakery+ pastry+ pastries+ flour ramen+ dumpling+ dumplings+ sandwich+ carb+ carbs+ carbohydrates low-carb keto+ cereal oats",
    dairy: "dairy+ milk cheese+ butter cream yogurt+ yoghurt+ lactose+ ice_cream+ gelato+ fondue+ creamy whey",
    nuts: "nut+ nuts+ peanut+ peanuts+ almond+ cashew walnut sesame+ satay pesto soy allergy allergic allergen allergies cross-contamination anaphylaxis",
    spicy:
      "spicy+ spice+ spices+ hot_sauce chili+ chilli+ curry+ curries+ pepper wasabi kimchi+ sichuan+ cilantro+ coriander+ garlic+ onion onions ginger herb herbs bitter sour mild pungent",
    sweet:
      "dessert+ desserts+ sweet sweets+ sugar+ sugary+ chocolate+ cake+ cookies+ candy+ honey sweetener sweeteners treat snack+ snacks+ fruit+ fruits+ berries+ banana mango citrus",
    cooking:
      "cook+ cooking+ recipe+ recipes+ bake+ baking+ meal_prep+ kitchen stove oven air_fryer slow_cooker fried+ deep-fried+ frying roast leftovers homemade groceries+ grocery+ breakfast+ microwave frozen",
    eatingHabits:
      "diet+ diets+ dietary+ nutrition+ nutritious calorie+ calories+ protein+ fasting+ intermittent_fasting+ weight lose_weight portion organic processed+ preservatives additives artificial wholefood macros supplement healthy snacking fiber sodium salt paleo+ mediterranean_diet",
    alcohol:
      "alcohol+ alcoholic+ wine+ wines+ winery+ beer+ beers+ brewery+ pub+ pubs+ cocktail+ cocktails+ whisky+ spirits liquor+ bar bars sober drinking vineyard sommelier champagne+",
    drinks:
      "coffee+ tea+ espresso+ caffeine+ juice+ smoothie+ smoothies+ soda+ soft_drink carbonated+ beverage+ beverages+ drink drinks water lemonade decaf herbal_tea energy_drink",
  },
  travel: {
    general:
      "travel+ traveling+ travelling+ trip+ trips+ vacation+ vacations+ holiday+ visit+ visiting destination+ destinations+ itinerary+ tourist+ tourism+ sightseeing+ abroad explore city_break getaway+ attraction+ attractions+ tour+ tours+ excursion+ things_to_do honeymoon+ backpacking+ country region weekend_away landmarks+",
    water:
      "beach+ beaches+ ocean+ sea+ island+ islands+ coast+ coastal+ swim swimming snorkel+ snorkelling+ snorkeling+ scuba+ dive+ diving+ surf+ surfing+ boat+ boats+ boating+ cruise+ cruises+ sail+ sailing+ kayak+ kayaking+ rafting+ lake lakes river aquatic water_sports+ water_activities+ underwater reef+ jet_ski+ waterfall+ whale_watching+ seasick sand sun sunbathing tropical lagoon bay fjord",
    heights:
      "height+ heights+ cliff+ cliffs+ zipline+ ziplining+ bungee+ skydiving+ paragliding+ hang_gliding hot_air_balloon+ balloon cable_car+ gondola tower towers skyscraper observation_deck elevation elevated altitude mountain mountains peak climbing+ canyon suspension_bridge helicopter roller_coaster+ roller_coasters+ acrophobia vertigo",
    adventure:
      "adventure+ adventures+ adventurous+ thrill+ thrilling adrenaline+ extreme risky dangerous off-road atv quad_bike bungee ziplining rafting skydiving caving cave caves claustrophobic physically_demanding strenuous spelunking",
    nature:
      "nature+ hike+ hiking+ trail+ trails+ trek+ trekking+ forest+ national_park+ national_parks+ outdoors outdoor wilderness+ scenery scenic camping+ camp campsite tent mountains desert safari+ waterfalls volcano glacier countryside rural jungle rainforest insects bugs mosquitoes mud",
    snow: "snow+ ski+ skiing+ snowboarding+ winter cold freezing ice glacier northern_lights+ aurora+ sledding arctic",
    heat: "heat hot humid humidity sun sunny desert tropical warm climate weather",
    culture:
      "museum+ museums+ gallery+ galleries+ art+ exhibition+ history historic+ historical+ monument+ monuments+ ruins+ castle+ castles+ palace palaces cathedral+ church churches temple+ temples+ mosque religious architecture+ archaeological heritage+ culture+ cultural+ tradition traditional ancient war memorial guided_tour+ guided_tours+ sculpture",
    nightlife:
      "nightlife+ club clubs clubbing+ party+ parties nightclub+ nightclubs+ bars casino+ casinos+ gambling+ late-night evening pub_crawl",
    crowds:
      "crowd+ crowds+ crowded+ busy touristy tourist_traps+ quiet peaceful secluded remote off-the-beaten-path hidden_gems+ solitude group_tours+ spontaneous structured queues iconic famous popular must-see major",
    events:
      "festival+ festivals+ parade+ carnival+ concert live_show theatre+ theater+ broadway+ musical opera performance performances fireworks celebration new_year halloween+ haunted+ ghost+ spooky horror",
    themePark:
      "theme_park+ theme_parks+ amusement_park+ amusement_parks+ rides+ disney+ disneyland+ universal_studios+ roller_coaster+ water_park+ kids children family-friendly",
    wildlife:
      "wildlife+ zoo+ zoos+ aquarium+ aquariums+ animals captivity safari+ elephant+ dolphins+ birds birdwatching+ whale+ marine_life animal_exploitation insects snakes spiders",
    relaxing:
      "spa+ relax+ relaxing+ relaxation+ resort+ resorts+ wellness retreat+ massage+ hot_springs+ thermal slow leisure luxury pampering",
    shopping: "shopping+ mall+ malls+ market+ markets+ souvenirs+ boutique bargaining outlets",
    walking: "walk walking+ on_foot walking_tour+ stairs wheelchair mobility bike biking cycling bike_tour long_walks",
    foodTour: "food_tour+ wine_tasting+ vineyard vineyards cooking_class+ tasting local_food street_food",
  },
  lodging: {
    general:
      "hotel+ hotels+ hostel+ hostels+ accommodation+ accommodations+ lodging+ stay+ stays airbnb+ vacation_rental+ bed_and_breakfast+ inn+ motel+ motels+ resort+ resorts+ guesthouse+ villa+ room+ rooms suite check-in overnight place_to_stay",
    style:
      "boutique+ chain chains luxury luxurious modern historic rustic charming budget all-inclusive+ themed design minimalist large small intimate brand",
    amenities:
      "pool pools gym spa breakfast kitchen kitchenette wifi wi-fi balcony view views parking room_service elevator concierge bathtub air_conditioning shared_bathroom hot_tub",
    comfort:
      "quiet noise noisy thin_walls soundproof floor floors high_floor ground_floor bed beds mattress pillow pillows carpet carpeted clean cleanliness smoking non-smoking fragrance allergy window natural_light",
    location:
      "location central city_center downtown remote secluded beach oceanfront near airport neighbourhood neighborhood public_transport countryside",
    people:
      "shared dormitory dorm private privacy pet-friendly pets adults-only children families hosts staff service social party",
    green: "eco-friendly sustainable environmentally green solar eco-lodge glamping+ camping treehouse",
  },
  transport: {
    general:
      "transport+ transportation+ transit+ get_around+ getting_around+ commute+ commuting+ journey route travel_from get_from get_to way_to_travel",
    air: "fly+ flying+ flight+ flights+ airline+ airlines+ airport+ plane+ planes+ airplane+ airplanes+ layover+ layovers+ aisle_seat window_seat economy business_class jet_lag long-haul red-eye turbulence connecting nonstop",
    rail: "train+ trains+ rail+ railway+ subway+ metro+ tram+ underground high-speed_train station sleeper",
    road: "bus+ buses+ coach taxi+ taxis+ uber+ lyft+ rideshare+ ride-sharing+ ride-share+ rental_car+ rent_a_car+ car_rental+ drive driving driver road_trip+ highway highways carpool+ carpooling+ car cars motorcycle traffic parking",
    water: "ferry+ ferries+ boat boats ship ships cruise seasick water_taxi",
    active: "bike bikes bicycle+ bicycles+ biking cycling scooter+ scooters+ e-bike walk walking on_foot pedestrian",
    qualities:
      "public public_transport+ public_transportation+ crowded private motion_sickness carbon emissions eco-friendly punctual comfortable cheap luggage speed night safety shared",
  },
  screen: {
    general:
      "movie+ movies+ film+ films+ show+ shows+ series+ tv+ television+ watch+ watching+ netflix+ streaming+ cinema+ theaters binge+ binge-watch+ episode+ episodes+ season seasons director actor actors entertainment documentary+ documentaries+ blockbuster+ plot+ trailer",
    dark: "horror+ scary+ slasher gore+ gory violence+ violent+ thriller+ thrillers+ suspense+ psychological dark disturbing supernatural paranormal zombie+ vampire+ blood jump_scares intense halloween",
    crime:
      "crime+ detective+ mystery+ mysteries+ murder heist police true_crime+ gangster mafia courtroom legal serial_killer whodunit spy espionage",
    romance:
      "romance+ romantic+ rom-com+ love_story date_night chick_flick+ valentine relationship drama+ dramas+ soap_opera+ emotional sad tearjerker",
    comedy:
      "comedy+ comedies+ funny humor+ humour+ laugh laughing sitcom+ sitcoms+ stand-up+ improv+ slapstick laugh_track satire crude lighthearted light-hearted parody",
    fantastic:
      "sci-fi+ science_fiction+ fantasy+ superhero+ superheroes+ marvel+ special_effects+ cgi+ visual visually futuristic space aliens time_travel dystopian magic",
    action: "action+ action-packed explosions car_chases martial_arts war western spy stunts thrilling adventure",
    real: "documentary+ documentaries+ reality_tv+ reality_show+ reality+ competition game_show+ true_story biopic+ biographical historical history based_on news talk_show+ political politics educational",
    family: "animation+ animated+ anime+ cartoon+ cartoons+ kids family children pixar+ disney+",
    form: "subtitle+ subtitles+ dubbed+ foreign foreign-language+ international black_and_white old classic classics recent remake+ remakes+ sequel+ sequels+ franchise+ adaptation+ adaptations+ long runtime hours slow-paced cliffhanger cliffhangers ending endings independent indie award acclaimed arthouse silent musical+ musicals",
    live: "theatre+ theater+ play plays broadway+ musical+ musicals+ live performance performances circus+ comedy_club improv opera+ ballet+ magic_show concert audience interactive escape_room+ puppet dance",
  },
  music: {
    general:
      "music+ song+ songs+ album+ albums+ artist+ artists+ band+ bands+ playlist+ playlists+ listen+ listening+ tunes+ concert+ concerts+ singer+ singers+ musician genre genres spotify+ vinyl+ lyrics+ melody",
    loud: "metal+ heavy_metal+ rock+ punk+ loud screaming guitar hard_rock aggressive distortion",
    electronic: "electronic+ edm+ techno+ house dance dubstep+ synth+ rave beats autotune+ auto-tuned",
    calm: "classical+ instrumental+ ambient+ acoustic+ jazz+ piano lo-fi+ relaxing calm orchestra+ opera+ symphony soft focus study sleep meditation",
    popular: "pop+ mainstream+ chart charts hits radio top_40 popular k-pop+ boy_band",
    urban: "hip-hop+ hip_hop+ rap+ rapper+ r&b+ explicit profanity reggae+ trap",
    roots: "country folk+ blues+ bluegrass+ soul gospel+ latin salsa world traditional foreign_language indie",
    live: "concert+ live_music+ festival festivals gig venue crowd outdoor arena",
    party: "party parties workout upbeat dance road_trip wedding energetic",
  },
  books: {
    general:
      "book+ books+ read+ reading+ novel+ novels+ author+ authors+ writer+ literature+ literary+ fiction+ non-fiction+ nonfiction+ story stories bestseller+ bestsellers+ library bookstore book_club+ page-turner poetry+ genre",
    form: "audiobook+ audiobooks+ e-book+ ebook+ ebooks+ kindle+ paperback+ hardcover+ physical long short_stories+ series trilogy pages first-person graphic_novel+ comics+ manga+",
    genre:
      "fantasy+ sci-fi+ science_fiction+ romance+ mystery+ thriller+ horror historical_fiction+ memoir+ memoirs+ biography+ biographies+ autobiography self-help+ classics young_adult+ dystopian crime true_crime contemporary",
    content:
      "violence dark ending endings happy_ending multiple_perspectives unreliable_narrator plot characters predictable love_triangle graphic depressing",
  },
  games: {
    general:
      "game+ games+ gaming+ gamer+ play playing video_game+ video_games+ pc+ console+ playstation+ xbox+ nintendo+ switch steam gameplay+ player players title titles rpg+ level levels graphics",
    competitive:
      "multiplayer+ online competitive+ pvp+ esports+ battle_royale+ ranked team teamwork co-op+ cooperative+ friends social solo single-player+ singleplayer+ strangers toxic voice_chat mmo+ mmorpg+",
    violent:
      "violence violent+ shooter+ shooters+ first-person_shooter+ fps+ combat+ war fighting+ gore blood guns horror+ scary jump_scares survival+ zombie stealth",
    strategic:
      "strategy+ turn-based+ turn_based real-time tactical+ puzzle+ puzzles+ board_game+ board_games+ card_game+ card_games+ chess+ dice luck chance tabletop+ brain simulation+ city-building management escape_room trivia words deck-building",
    story:
      "rpg+ role-playing+ story-driven+ narrative+ story stories dialogue cutscenes character choices adventure open_world+ open-world+ immersive fantasy sci-fi linear quest",
    building:
      "crafting+ sandbox+ building base-building resource farming grinding+ grind+ repetitive exploration creative minecraft+ survival procedural permadeath open-world",
    money:
      "microtransactions+ free-to-play+ pay-to-win+ loot_boxes+ dlc in-app_purchases subscription buy ads mobile_game+ mobile_games+ phone casual+ app smartphone short",
    look: "pixel_art+ pixel graphics+ art_style retro+ anime 2d indie+ realistic cartoonish visually stunning art old classic",
    body: "vr+ virtual_reality+ motion+ motion_sickness controller+ keyboard platformer+ platformers+ fast-paced reflexes timed time_limits difficulty difficult racing+ sports party dance rhythm heights flying immersive",
  },
  sports: {
    general:
      "sport+ sports+ team teams match matches+ league+ tournament+ athlete+ athletes+ stadium+ game games event events championship+ olympics+ fans competition play",
    ball: "football+ soccer+ basketball+ baseball+ tennis+ golf+ volleyball+ rugby+ cricket+ hockey+ badminton+ table_tennis pickleball+ bowling softball lacrosse nfl+ nba+ ball team_sports+",
    contact:
      "boxing+ mma+ ufc+ wrestling+ martial_arts+ karate judo violent violence contact contact_sports+ combat injury injuries aggressive physical",
    motor: "racing+ formula_1+ nascar+ motorsport+ motorsports+ cars motorcycle speed noise",
    water: "swimming+ surfing+ sailing+ rowing+ diving kayaking water_sports+ aquatic fishing",
    winter: "skiing+ snowboarding+ ice_skating+ ice_hockey winter_sports+ cold snow curling",
    extreme: "extreme_sports+ climbing skateboarding+ parkour+ skydiving bmx adrenaline risk heights",
    watching:
      "watch attend live broadcast tv spectator+ tickets crowd crowds crowded sports_bar fantasy_league betting highlights streaming cheer esports",
    solo: "individual running cycling golf archery endurance marathon triathlon competitive recreational",
  },
  fitness: {
    general:
      "fitness+ fit workout+ workouts+ exercise+ exercises+ exercising+ training gym+ gyms+ routine active stay_active in_shape fitness_class+ trainer+ personal_trainer+ athletic regimen",
    cardio:
      "cardio+ cardiovascular+ endurance+ run running+ runner jog jogging+ treadmill+ marathon+ cycling+ spin+ spinning+ rowing_machine elliptical+ aerobic+ aerobics+ hiit+ high-impact low-impact+ jumping burpees stamina heart jump_rope",
    strength:
      "strength+ weights+ weightlifting+ weight_lifting+ lifting muscle+ muscles+ bodyweight+ bodybuilding+ push-ups resistance+ dumbbells+ kettlebell crossfit+ squats core upper_body machines equipment build_muscle toning",
    mindful:
      "yoga+ pilates+ stretch+ stretching+ flexibility+ tai_chi+ meditation barre balance calm posture hot_yoga recovery",
    water: "swim+ swimming+ pool+ aqua water aquatic+ water_aerobics+ wet chlorine",
    group:
      "group class classes team_sports social partner solo alone instructor instructors music loud crowded competitive competition boxing+ kickboxing+ zumba+ dance dancing martial_arts sports",
    place:
      "outdoor outdoors outside indoor indoors home nature park sun sunlight weather winter summer heat cold hiking trail studio membership gym",
    devices:
      "tracker+ trackers+ wearable+ wearables+ smartwatch+ app apps technology gadgets track progress goals heart_rate steps data",
    fuel: "protein_bar+ protein_bars+ protein_shake+ protein+ supplement+ supplements+ pre-workout+ post-workout+ snack snacks shake shakes nutrition hydration energy",
    body: "injury injuries knee+ knees+ joint+ joints+ back_pain shoulder weight_loss lose_weight early morning evening time short intense intensity high-intensity beginner sweat",
  },
  fashion: {
    general:
      "fashion+ fashionable+ clothes+ clothing+ wear+ wearing+ outfit+ outfits+ wardrobe+ style stylish+ garment+ garments+ dress+ dresses+ apparel+ trendy+ look attire+ trends brand brands",
    tops: "shirt+ shirts+ t-shirt+ t-shirts+ blouse+ sweater+ sweaters+ hoodie+ jacket+ jackets+ coat+ coats+ blazer+ cardigan+ turtleneck+ turtlenecks+ sleeve sleeves sleeveless collar crop_top neckline v-neck buttons",
    bottoms:
      "jeans+ denim+ pants+ trousers+ skirt+ skirts+ shorts+ leggings+ chinos+ skinny+ waist high-waisted suit suits+ baggy tight loose fitted oversized",
    shoes:
      "shoe+ shoes+ footwear+ boots+ heels+ high_heels+ sneakers+ sandals+ flats+ loafers+ open-toed flip-flops lace slip-on sole running_shoes toe",
    materials:
      "leather+ wool+ silk+ cotton+ linen+ polyester+ synthetic+ fabric+ fabrics+ fur+ suede+ cashmere+ nylon+ velvet lace material materials vegan animal breathable natural faux itchy scratchy",
    colour:
      "color+ colors+ colour+ colours+ black white bright neon+ pastel neutral+ pattern+ patterns+ print+ prints+ floral stripes+ striped plaid+ animal_print polka_dots monochrome bold dark logo+ logos+ graphic colorful",
    accessories:
      "accessory+ accessories+ jewelry+ jewellery+ necklace+ necklaces+ earrings+ bracelet+ ring rings watch watches bag+ bags+ handbag+ purse+ belt+ belts+ hat+ hats+ scarf+ scarves+ tie ties+ sunglasses+ gold silver backpack wallet gloves",
    occasion:
      "wedding+ formal+ casual+ business+ office party cocktail interview evening black-tie+ gala vacation summer winter spring fall beach work weekend date event professional",
    values:
      "sustainable+ sustainability ethical ethically fast_fashion+ second-hand+ secondhand+ vintage+ thrift+ designer+ luxury brands logos revealing modest comfort comfortable affordable tailored handmade fair_trade gender-neutral",
    underwear:
      "swimwear+ swimsuit+ bikini+ lingerie+ underwear+ bra+ socks+ pajamas+ pyjamas+ sleepwear activewear+ athleisure+ sportswear+ gym_clothes",
  },
  beauty: {
    general:
      "beauty+ skincare+ skin_care+ cosmetic+ cosmetics+ makeup+ make-up+ grooming+ routine product products look salon+ complexion+ glowing+ radiant",
    face: "skin+ face+ facial+ moisturizer+ moisturiser+ serum+ serums+ cleanser+ cleansers+ toner+ exfoliate+ exfoliating+ exfoliation+ scrub+ scrubs+ mask masks acne+ pores+ wrinkles+ anti-aging+ retinol+ sunscreen+ spf+ dry oily sensitive dull dark_spots eye_cream+ peel treatment hydrating blemish oil oils",
    makeup:
      "foundation+ concealer+ lipstick+ lipsticks+ lip+ lips+ mascara+ eyeliner+ eyeshadow+ blush+ bronzer+ primer+ powder+ powders+ highlighter brows eyebrow lash lashes+ false_lashes matte shimmer+ glitter+ glossy waterproof long-lasting coverage palette setting_spray shade",
    hair: "hair+ shampoo+ conditioner+ hairstyle+ haircut+ hair_dye+ dye color curl curly+ frizz frizzy+ straighten heat_styling+ styling heat blow-dry scalp+ dandruff dry_shampoo+ gel hairspray+ salon wig extensions",
    body: "body lotion+ lotions+ body_wash+ soap+ bath deodorant+ antiperspirant+ shave shaving+ razor+ waxing+ tan tanning+ self-tanner hand_cream nail+ nails+ manicure+ pedicure+ polish hand hands feet",
    scent:
      "fragrance+ fragrances+ fragrance-free+ scent+ scents+ scented+ unscented+ perfume+ perfumes+ cologne+ floral citrus vanilla musk essential_oils+ smell",
    ingredients:
      "paraben+ parabens+ sulfate+ sulfates+ sulfate-free+ silicone+ silicones+ alcohol chemical+ chemicals+ natural+ organic+ clean synthetic ingredient ingredients hypoallergenic+ talc+ mineral_oil+ coconut_oil aluminum glycerin+ hyaluronic_acid+ acid acids vitamin_c allergic irritation eczema+",
    values:
      "cruelty-free+ vegan+ animal animal-derived tested ethical sustainable packaging plastic refillable eco-friendly reef-safe luxury high-end drugstore+ expensive affordable brand handmade",
    procedures:
      "botox+ filler+ fillers+ laser surgery injections chemical_peel+ microneedling+ spa needles invasive tattoo piercing permanent",
  },
  home: {
    general:
      "home+ house+ apartment+ room rooms decor+ decorate+ decorating+ decoration+ decorations+ interior+ interiors+ furnish+ furnishing living_room+ bedroom+ bathroom+ kitchen+ redecorate+ renovation+ renovate+ remodel+ space entryway dining_room",
    furniture:
      "furniture+ sofa+ couch+ chair chairs+ table tables bed beds mattress+ desk+ shelf shelves+ shelving+ bookcase cabinet+ cabinets+ dresser+ storage+ wardrobe recliner bench seating",
    materials:
      "wood+ wooden+ leather metal glass+ marble+ plastic stone tile tiles carpet+ carpets+ rug+ rugs+ hardwood+ fabric upholstery+ curtains+ bedding+ sheets+ wallpaper+ paint+ linen natural synthetic down feather wicker countertop flooring",
    style:
      "minimalist+ minimalism modern contemporary rustic+ industrial vintage antique+ antiques+ traditional scandinavian+ farmhouse cozy cluttered+ clutter+ colourful colorful bright neutral pattern patterns bold ornate colors white dark open-plan open symmetrical",
    light:
      "lighting+ lamp+ lamps+ fluorescent+ light lights candle+ candles+ natural_light windows blinds+ dim scent scented diffuser",
    appliances:
      "appliance+ appliances+ vacuum+ washing_machine+ dishwasher+ refrigerator+ fridge+ oven blender+ coffee_maker+ air_conditioner heater heating fan smart_home+ noise energy-efficient gas electric air_purifier robot",
    upkeep:
      "clean+ cleaning+ tidy organise organize organizing maintenance diy+ assemble assembly+ repair laundry+ detergent+ bleach chemicals dust declutter+ low-maintenance housework",
    garden:
      "garden+ gardening+ plant plants+ houseplant+ houseplants+ flowers lawn+ yard+ backyard+ patio balcony outdoor grow soil pesticide artificial fake_plants",
    living:
      "neighbourhood neighborhood rent buy suburb suburban+ city roommate+ noise view stairs floor security landlord mortgage",
    wall: "art artwork wall_art+ walls mirror mirrors+ photo photos frame poster television gallery_wall",
  },
  motors: {
    general:
      "car+ cars+ vehicle+ vehicles+ automobile+ auto drive+ driving+ driver suv+ suvs+ sedan+ sedans+ truck+ trucks+ pickup+ hatchback+ minivan+ minivans+ convertible+ convertibles+ coupe+ crossover+ dealership+ dealer test_drive automotive+ motorcycle+ model models",
    power:
      "electric+ ev+ evs+ hybrid+ hybrids+ gasoline+ gas gas-powered+ diesel+ petrol+ engine+ engines+ combustion+ fuel+ fuel-efficient fuel_efficiency+ mileage+ mpg+ horsepower+ turbo+ turbocharged+ emissions+ environmentally environmental eco-friendly green charging+ battery range tesla+ alternative",
    size: "suv+ compact+ large small big bulky family+ families passengers seats seating third-row kids space spacious cargo+ towing+ haul minivan roomy city parking three-row two-door doors",
    performance:
      "sports_car+ fast speed performance+ acceleration handling+ sporty+ powerful transmission+ transmissions+ manual+ automatic+ stick_shift+ all-wheel_drive+ four-wheel off-road+ suspension quiet smooth thrilling weekend",
    comfort:
      "leather_seats+ leather interior+ interiors+ luxury+ luxurious upholstery sunroof+ sunroofs+ panoramic heated_seats+ comfort comfortable infotainment+ touchscreen+ touchscreens+ features technology high-tech advanced self-driving+ autonomous+ driver-assist+ lane cruise_control dashboard premium audio",
    look: "color colour bright flashy red black styling design aesthetic vintage classic retro modern boxy sleek",
    origin:
      "american foreign japanese+ german+ korean chinese domestic imported brand brands toyota+ honda+ ford+ bmw+ european mercedes+ audi+ volkswagen chevrolet",
    money:
      "used+ new lease leasing+ pre-owned+ second-hand buy buying purchase finance financing afford affordable price budget reliable reliability+ maintenance+ repair repairs resale+ warranty+ insurance subscription depreciation expensive dealers",
    use: "commute+ commuting+ commuter road_trip+ road_trips+ daily highway city snow winter safety+ crash family weekend long-distance camping adventure first_car work business",
  },
  technology: {
    general:
      "technology+ tech+ device+ devices+ gadget+ gadgets+ electronic electronics+ hardware software+ specs upgrade brand",
    computers:
      "laptop+ laptops+ computer+ computers+ pc+ mac+ macbook+ windows+ linux+ chromebook desktop+ monitor+ keyboard+ mouse+ trackpad processor ram+ ssd+ storage screen touchscreen gaming_laptop operating_system+",
    phones:
      "phone+ phones+ smartphone+ smartphones+ iphone+ android+ ios+ apple+ samsung+ google pixel camera tablet+ tablets+ ipad+ foldable screen_size mobile",
    sound:
      "headphones+ earbuds+ earphones+ speaker+ speakers+ audio+ sound noise-cancelling+ wireless+ wired+ bluetooth+ over-ear in-ear bass microphone soundbar",
    cameras:
      "camera+ cameras+ photography+ photos lens lenses+ dslr+ mirrorless+ video recording drone+ drones+ webcam",
    home: "smart_home+ smart_speaker+ voice_assistant+ voice_assistants+ alexa+ siri+ router+ wifi security_camera tv television projector streaming_device iot",
    services:
      "app+ apps+ subscription+ subscriptions+ cloud+ cloud-based+ open-source+ open_source privacy+ private data tracking+ ads social_media+ antivirus vpn+ backup email browser+ messaging encrypted ai chatbot productivity note-taking calendar platform website",
    qualities:
      "battery+ battery_life+ lightweight portable size weight bulky touchscreen usb+ usb-c port ports charging+ wireless_charging repairable proprietary ecosystem waterproof durable colour refurbished+ budget high-end glossy e-ink",
    wearables: "smartwatch+ smartwatches+ wearable+ wearables+ fitness_tracker+ vr_headset+ e-reader+",
  },
  pets: {
    general:
      "pet+ pets+ animal companion+ animals adopt+ adopting+ adoption+ breed+ breeds+ owner vet+ veterinarian+ care furry",
    dogs: "dog+ dogs+ puppy+ puppies+ canine+ bark+ barking+ leash+ leashes+ walk walks kennel+ retriever labrador poodle terrier bulldog shepherd",
    cats: "cat+ cats+ kitten+ kittens+ feline+ litter+ litter_box+ scratching+ declaw+ declawing+ indoor outdoor claws meow",
    small:
      "hamster+ hamsters+ rabbit+ rabbits+ guinea_pig+ rodent+ rodents+ mouse rat rats gerbil ferret+ cage+ cages+ caged+ small easy nocturnal",
    other:
      "fish+ aquarium+ tank bird+ birds+ parrot+ parrots+ feathers noise reptile+ reptiles+ snake+ snakes+ lizard+ turtle+ gecko scales exotic+ spider insects insect amphibian frog tarantula unusual unique horse low-maintenance",
    source:
      "shelter+ shelters+ rescue+ breeder+ breeders+ breeding+ pet_store+ purebred+ purchase buy find adopt puppy_mill+ get getting mixed-breed older",
    training:
      "train training+ obedience+ crate+ crates+ crate_training+ house_train+ potty_training+ housebreak shock_collar+ shock_collars+ prong_collar collar collars+ punishment positive_reinforcement+ clicker behavior behaviour barking chewing discipline correct fence fences fencing yard contained stop tricks biting anxiety treats",
    feeding:
      "pet_food+ dog_food+ cat_food+ kibble+ raw raw_diet grain-free diet feed feeding treats treat nutrition vegetarian canned homemade by-products insects live_food",
    health:
      "vaccine+ vaccines+ vaccination spay+ neuter+ flea+ fleas tick ticks medication natural health allergic allergies hypoallergenic+ shed shedding+ groom grooming+ fur haircut bath euthanasia senior",
    toys: "toy toys+ bed clothes clothing costume costumes+ accessories plastic rope squeaky gear outfit carrier harness",
    life: "apartment daycare+ boarding+ travel sitter+ pet_sitter+ leave alone vacation kids children noise energetic high-energy large low-energy long_hours service insurance friendly other_pets",
  },
  health: {
    general:
      "health+ healthy wellness+ wellbeing well-being doctor+ doctors+ hospital+ clinic physician symptom+ symptoms+ treatment+ treatments+ remedy+ remedies+ condition illness sick medical+ cure improve relief",
    medicine:
      "medication+ medications+ medicine+ pill+ pills+ drug drugs antibiotics+ painkiller+ painkillers vaccine vaccines prescription+ over-the-counter herbal+ homeopathic+ homeopathy alternative natural supplement+ supplements+ vitamin+ vitamins+ side_effects injection needles swallow",
    pain: "pain+ headache+ headaches+ migraine+ migraines+ back_pain+ neck arthritis+ chiropractor+ physical_therapy+ acupuncture+ massage+ sore inflammation injury ice heat surgery invasive",
    mind: "stress+ anxiety+ depression+ therapy+ therapist+ counseling+ meditation+ meditate mindfulness+ mental_health+ journaling+ breathing relax calm mood burnout overwhelmed support_group self-care",
    sleep: "sleep+ sleeping+ insomnia+ nap bedtime rest tired fatigue melatonin+ caffeine wake energy snoring",
    body: "weight blood_pressure+ cholesterol+ diabetes+ heart immune+ immunity digestion+ digestive gut+ bloating constipation teeth+ dental+ dentist+ eyes vision allergy allergies asthma+ cold flu cough detox hydration posture ear skin_condition hormone sugar",
    care: "checkup+ check-up appointment telehealth+ telemedicine+ in-person specialist insurance second_opinion holistic+ conventional western evidence-based mainstream screening app tracker quit_smoking",
  },
  learning: {
    general:
      "learn+ learning+ study+ studying+ education+ educational+ course+ courses+ class classes student+ school+ university+ college+ exam+ exams+ skill skills subject teach+ teaching knowledge understand master degree program test homework+ improve tutorial",
    online:
      "online virtual+ digital e-learning+ remote mooc+ moocs+ coursera+ udemy+ website websites app apps podcast+ podcasts+ video videos+ youtube+ webinar+ zoom screen screens computer-based platform platforms recorded software",
    inperson:
      "in-person+ classroom+ face-to-face+ traditional lecture+ lectures+ workshop+ workshops+ seminar+ campus bootcamp+ large",
    paper:
      "textbook+ textbooks+ book books article articles reading written notes note-taking+ handwritten physical_books library journal journals paper worksheets text text-based materials resource resources+ academic papers dense theoretical theory",
    doing:
      "hands-on+ practical+ project+ projects+ interactive+ experiment experiments experiential+ simulation simulations real-world practice exercises applied kinesthetic+ gamified+ gamification lab case_studies activities games coding",
    social:
      "group groups peers+ peer-to-peer peer collaborative+ collaboration discussion discussions+ tutor+ tutors+ tutoring+ mentor+ mentorship+ one-on-one+ alone independent+ independently self-directed+ self-paced+ self-study+ solo teacher teachers instructor community partner",
    ways: "visual+ diagrams+ charts auditory+ audio lectures storytelling narrative mnemonic+ mnemonics+ flashcards+ memorization+ memorize+ memorizing rote+ repetition spaced_repetition structured step-by-step schedule deadlines pace fast-paced short bite-sized long intensive quizzes multiple-choice concept analytical logical creative summarize",
    subjects:
      "language languages+ math+ mathematics+ calculus+ physics+ chemistry+ biology+ anatomy+ history science programming+ coding+ economics+ writing philosophy+ literature statistics+ data marketing spanish+ french+ engineering psychology+ law accounting vocabulary grammar gre+ sat+ instrument",
    cost: "free paid certification+ certificate credential accredited expensive subscription lengthy flexible time-consuming",
  },
  work: {
    general:
      "work+ job+ jobs+ career+ careers+ office+ employer+ employment company companies profession+ professional+ workplace+ position role roles+ employee industry occupation+ opportunity opportunities hire resume+ interview+ field",
    place:
      "remote+ remotely work_from_home+ hybrid home_office+ coworking+ co-working+ in-person relocate+ relocation+ commute commuting city cities abroad country location based urban rural climate weather cost_of_living small_town suburbs move moving",
    hours:
      "hours shift shifts+ overtime+ weekend weekends schedule+ flexible flexibility part-time+ full-time+ nine-to-five 9-to-5 work-life_balance+ deadline+ deadlines night on-call freelance+ freelancing vacation_days long_hours",
    people:
      "team teams+ colleague+ colleagues+ coworker+ coworkers+ boss+ manager+ management micromanaged+ micromanagement+ supervisor collaborative collaboration independent autonomy+ networking+ meeting+ meetings+ customer customers client clients presentations public_speaking hierarchy hierarchical social teamwork alone feedback",
    kind: "corporate+ startup+ startups+ nonprofit+ non-profit government large small sales physical desk creative analytical technical travel routine repetitive fast-paced competitive manual outdoors leadership entrepreneur freelance business high-pressure",
    space:
      "open_office+ open-plan+ cubicle+ cubicles+ desk noise noisy quiet window natural_light fluorescent private dress_code casual formal workspace+ standing_desk setup",
    money: "salary+ pay+ commission+ benefits bonus promotion+ raise stable job_security growth advancement",
    tools:
      "email slack+ video_call+ video_calls+ phone_calls productivity+ project_management+ task focus multitasking+ organization planner software concentrate time_management",
  },
  money: {
    general:
      "money+ finance+ finances+ financial+ budget+ budgeting+ save+ saving+ savings+ spend spending+ cost costs afford price prices cheap expensive",
    investing:
      "invest+ investing+ investment+ investments+ stock+ stocks+ shares fund funds etf+ bond bonds+ crypto+ cryptocurrency+ bitcoin+ real_estate+ risk risky portfolio+ retirement+ pension+ dividend ethical property",
    banking:
      "bank+ banks+ banking+ account credit_card+ credit_cards+ debt+ loan+ loans+ mortgage+ cash interest insurance+ tax+ taxes+ fees online_banking",
  },
  social: {
    general:
      "friend+ friends+ family+ party+ parties+ gathering+ social+ socialize+ socializing event events guest guests+ host hosting people meet date dating+ celebrate celebration+ birthday+ anniversary+ wedding+ group crowd small_talk introvert+ weekend community",
    gifts:
      "gift+ gifts+ present presents+ gift_card+ flowers bouquet handmade surprise christmas+ valentine+ birthday thank-you",
    children:
      "child+ children+ kid+ kids+ baby+ babies toddler+ parent+ parents+ parenting+ son daughter school screen_time",
    giving: "charity+ charities+ donate+ donating+ donation volunteer+ volunteering+ cause causes",
  },
  hobbies: {
    general:
      "hobby+ hobbies+ spare_time+ free_time+ leisure+ pastime+ craft+ crafts+ creative fun activity activities weekend bored",
    making:
      "paint painting+ drawing+ draw pottery+ knitting+ knit sewing+ woodworking+ photography+ writing calligraphy origami crochet+ diy handicrafts",
    collecting: "collect+ collecting+ collection stamps coins antiques puzzle puzzles lego+ model",
    nature: "gardening+ fishing+ hunting+ birdwatching+ camping hiking beekeeping stargazing+ astronomy",
    performing: "sing singing dance dancing+ instrument+ guitar+ piano+ violin drums acting choir+ karaoke+ theatre",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Domain = keyof typeof lexicon;
